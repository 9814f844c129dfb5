# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   toolkit:
#     needs_any:
#     - plans
#     - published:caseload
#     number: '13'
#     question: How many plans, places and pounds will be needed in the next five years?
#     stage: Module 1
#     title: Forecast
# ---

# %% [markdown]
# # Forecast
#
# **Question.** How many plans, places and pounds will be needed in the next five years?
#
# **Why.** Children need their places and their support on the day they start. A forecast says how
# many to prepare for, and how sure one can be. It is no target: fewer plans are good news only
# where needs are met without one.
#
# **Method.** The future is simulated many times. Each simulation draws its own growth, moves and
# leavers from what the past allows; the middle of all of them is the forecast, and the ranges hold
# 80% and 95% of them. With the area's own SEN2 returns, plans are followed by age, need and
# provision; with published figures alone, by provision.

# %% tags=["parameters"]
area_folder: str = "demo"  # an area's folder, or the fictional one that ships
interactive: bool = True  # False when run by papermill
horizon: int = 5  # years ahead, 1 to 5
simulations: int = 1000  # futures; 200 are enough while exploring
seed: int = 1  # the same seed gives the same figures

# %% [markdown] tags=["analyst"]
# Open the area.

# %%
from functools import partial

from toolkit import reference, show
from toolkit.diagnose import baselines, caseload, comparators, january, published_ages, spend
from toolkit.intake.store import open_area

area = open_area(area_folder)
code, labels = area.settings.la_code, area.labels

# %% [markdown] tags=["analyst"]
# The parts of the forecast: plans first, then money, then what it is held against.

# %%
from toolkit.diagnose.forecast import accuracy, attribution, backlog, baseline_methods, budget
from toolkit.diagnose.forecast import capacity, chain, components, fans, flow_assumptions
from toolkit.diagnose.forecast import lines, local_backtest, local_mode, local_money
from toolkit.diagnose.forecast import missed, money_run, money_words, principles, priors, register
from toolkit.diagnose.forecast import reserves, scenario_tables, summary, unit_costs, versions
from toolkit.diagnose.forecast import exclusions, history, levers, local_what_if, places_gap
from toolkit.diagnose.forecast import own_errors, published_mode, published_parameters
from toolkit.diagnose.forecast import places_cost, published_what_if, scenarios
from toolkit.diagnose.forecast.futures import Futures
from toolkit.plan import flow_returns, local_returns, published_returns, return_settings, returns
from toolkit.publish import private, returns_workbook

# %% [markdown] tags=["analyst"]
# With two or more SEN2 returns and known placements, the area's own plans are followed. Otherwise
# the published figures are carried forward.

# %%
own = january.stock(
    area.table_or_empty("plans"),
    area.table_or_empty("placements"),
    area.table_or_empty("censuses"),
    area.table_or_empty("earlier_needs"),
)
is_local = area.tier == "local" and area.has("provisions") and own["year"].nunique() > 1
totals = comparators.totals(area.published_or_empty("caseload"))
corrected = comparators.replace_points(totals, area.replaced_points)
own_beside = comparators.beside_published(own, corrected, code)
tables = {name: area.table_or_empty(name) for name in money_run.TABLES}

# %% [markdown] tags=["analyst"]
# From the area's own records: fit the flows, then simulate without and with the planned changes.
# Every run meets the same chance, so that a difference between two of them is the change and no
# noise.

# %%
if is_local:
    cited = area.cited("plans", "placements")
    plans = caseload.plans_by(own, sources=cited, labels=labels)
    by_provision = caseload.plans_by(own, "provision", sources=cited, labels=labels)
    people, prior = area.table_or_empty("population"), priors.of_published(totals, own.year.max())
    fitted = local_mode.fit(own, area.table("plans"), people, prior)
    model = flow_assumptions.with_assumed(fitted, area.table_or_empty("assumptions"))
    simulate = Futures(model, horizon, simulations, seed)
    flows = flow_assumptions.measured(model, cited)

# %% [markdown] tags=["analyst"]
# The money of the forecast, where finance data are held: the same runs, priced.

# %%
cited_money = area.cited("plans", *money_run.NEEDED)
finance = ("plans", "provisions", *money_run.NEEDED)
has_money = is_local and area.has(*finance) and budget.has_base_year(tables, own)
if has_money:
    s251 = reference.table("s251_lines")
    money = money_run.run(simulate, tables, own, s251, plans, cited_money, seed=seed, fitted=flows)
    futures, on, start = money.paths, money.on, money.start
    only = money.budgets[fans.UNMITIGATED]
elif is_local:
    futures = scenarios.scenarios(simulate, tables["mitigations"], model.last)

# %% [markdown] tags=["analyst"]
# From published figures: the history of every local authority tells how this one may go on.

# %%
is_published = not is_local and code in set(totals["code"])
if is_published:
    cited, released = area.cited("published:caseload"), area.published("caseload")
    panel = area.from_published(history.of_published, history.TABLES, area.replaced_points)
    tuned = published_parameters.read(reference.table("forecast_parameters"))
    published = partial(caseload.published_plans, released, code, cited, labels=labels)
    plans = exclusions.as_used(published(by_provision=False), panel, code)
    by_provision = exclusions.as_used(published(), panel, code)
is_forecast = is_local or (is_published and code in panel.current())

# %% [markdown] tags=["analyst"]
# The simulations of this one area.

# %%
if is_published and is_forecast:
    of_run = (panel.years[-1], horizon, simulations, seed)
    made = published_mode.forecast(panel, [code], *of_run, tuned)
    futures = {fans.UNMITIGATED: made[code]}
elif not is_forecast:
    show.sentence(exclusions.NO_LATEST if is_published else exclusions.TOO_LITTLE)

# %% [markdown]
# ## How many plans there will be
#
# The line is the forecast, the darker band holds 80% of the simulated futures, the lighter one
# 95%. On published figures the total and the provisions have been tried on past years; a longer
# look ahead than three years has not. A published figure that cannot be right is not built on: an
# estimate stands in its place, and the first year's range is wider for it.

# %%
if is_published and is_forecast:
    odd = exclusions.exclusions(panel, code, cited)
    sentence, cells = exclusions.told(odd, panel, code)
    show.sentence(sentence, **cells)
    if len(odd.frame):
        show.table(odd, caption="Figures of this area that are missing or were not used")

# %% [markdown] tags=["analyst"]
# The plans recorded so far, and the futures that follow.

# %%
if is_forecast:
    total = scenario_tables.fan(futures, plans)
    since, drawn = str(plans.frame["year"].max()), fans.RANGE
    sentence, cells = scenario_tables.told(total)
    show.chart(
        total, mark="line", x="year", colour="scenario", since=since, title=sentence, cells=cells,
        **drawn,
    )  # fmt: skip

# %% [markdown]
# A forecast is no surer than the figure that it starts from, nor than those before it were.

# %%
if is_published and is_forecast:
    errors = own_errors.own_errors(panel, code, tuned, cited)
for scenario in futures if is_forecast else ():
    found = summary.plans(total, scenario)
    if is_local:
        show.finding(comparators.careful(found, own_beside))
    else:
        show.finding(own_errors.careful(exclusions.careful(found, panel, code), errors))

# %% [markdown]
# ### By provision
#
# Where the plans will be. Read the plans now first: it is what each forecast rests on.

# %%
if is_forecast:
    parts = scenario_tables.fan(futures, by_provision, "provision")
    one, title = fans.of_scenario(parts), "EHC plans in each provision, recorded and forecast"
    show.chart(one, mark="line", x="year", facet="provision", since=since, title=title, **drawn)
    ends = scenario_tables.at_horizon(parts, "provision")
    show.table(ends, caption="Plans by provision, now and at the end of the forecast")

# %% [markdown] tags=["analyst"]
# On published figures: how the provisions are carried forward.

# %%
if is_published and is_forecast:
    moves = published_parameters.trend_told(tuned, labels["provision"])
    show.sentence(moves)

# %% [markdown]
# ### By primary need
#
# Needs add up to all plans inside every simulation; their medians nearly do. A need can be recorded
# anew during a plan: that is a change of the record, not of the child.

# %%
needed = ("plans", "placements", "provisions")
if show.section(area, "Plans by primary need", needs=needed) and is_local:
    by_need = caseload.plans_by(own, "primary_need", sources=cited, labels=labels)
    each = scenario_tables.fan(futures, by_need, "primary_need")
    ends = scenario_tables.at_horizon(each, "primary_need")
    show.table(ends, caption="Plans by primary need, now and at the end", sort="count")

# %% [markdown]
# ### By age
#
# Small cohorts grow up: many plans in primary years now mean many in secondary years later.

# %%
if show.section(area, "Plans by age group", needs=needed) and is_local:
    by_age = caseload.plans_by(own, "age_group", sources=cited, labels=labels)
    each = scenario_tables.fan(futures, by_age, "age_group")
    one, title = fans.of_scenario(each), "EHC plans in each age group, recorded and forecast"
    show.chart(one, mark="line", x="year", facet="age_group", since=since, title=title, **drawn)
    ends = scenario_tables.at_horizon(each, "age_group")
    show.table(ends, caption="Plans by age group, now and at the end of the forecast")

# %% [markdown]
# ### How far past forecasts were out
#
# The same model, put back to earlier Januaries and given only what was known then, beside a
# simple rule. How it does over all authorities together, `toolkit backtest` says; in one area, with
# so few forecasts, either can be nearer.

# %%
if is_local and own["year"].nunique() > local_backtest.FEWEST:
    known = local_backtest.Known(own, area.table("plans"), people)
    origins, england = local_backtest.origins(own), priors.plans_of_england(totals)
    before = priors.by_origin(totals, origins)
    tested = local_backtest.backtest(known, before, england, simulations=min(simulations, 400))
    errors = local_backtest.shown(tested, cited, labels)
    show.table(errors, caption="Errors of past forecasts of this area, beside simple rules")

# %% [markdown] tags=["analyst"]
# On published figures.

# %%
if is_published and is_forecast:
    sentence, cells = own_errors.told(errors)
    show.sentence(sentence, **cells)
    if len(errors.frame):
        show.table(errors, caption="Past forecasts of all plans of this area, and what came")

# %% [markdown]
# ## Places
#
# Plans that would be in a provision if there were a place for all, less the places that there are,
# commissioned or not. Below zero there are places to spare.

# %%
places_ahead = None
if show.section(area, "Places", needs=(*needed, "places")) and is_local:
    ahead = range(model.last + 1, model.last + horizon + 1)
    places_ahead = capacity.places_ahead(area.table("places"), model.axes.provisions, ahead)
    given = area.cited("plans", "placements", "places")
    short = capacity.gap(futures[fans.UNMITIGATED], places_ahead, given, labels)
    sentence, cells = places_gap.told(short)
    show.sentence(sentence, **cells)
    ends = places_gap.at_the_end(short)
    show.table(ends, caption="Places needed and held", columns=places_gap.SHOWN)

# %% [markdown]
# ### Where children go when there is no place
#
# With the places of today, who finds no place in a state special school goes to a resourced
# provision, and from there to an independent school. Nobody is lost on the way; but a place far
# from home is not what was planned for the child. College and alternative places have no such next
# place, and are not limited. The money further down supposes that places are added where they are
# needed; beside the deficit stands what it costs if none is.

# %%
title, places_needed = "Where children go when there is no place", (*needed, "places")
if show.section(area, title, needs=places_needed) and is_local:
    limited = simulate((), places=places_ahead)
    kept_in = scenario_tables.fan({fans.LIMITED: limited}, by_provision, "provision")
    ends = scenario_tables.at_horizon(kept_in, "provision", fans.LIMITED)
    show.table(ends, caption="Plans by provision if no place is added")

# %% [markdown]
# ## What it will cost
#
# The number of plans times what one plan costs is most of what the high needs block spends. So
# the forecast of plans becomes a forecast of money: first the prices, then the budget, then the
# balance. The prices are those of the last closed financial year; everything after it is forecast.

# %%
shown = show.section(area, "What it will cost", needs=finance)
if shown and is_local and not has_money:
    show.sentence(f"The money is left out: {budget.NOT_CLOSED} {budget.CLOSE_IT}")

# %% [markdown]
# ### What one plan costs
#
# Place funding pays for the place, the top-up for the support beyond it, a fee for an independent
# school or college. Transport is paid by the council from elsewhere and stands apart.

# %%
if show.section(area, "What one plan costs", needs=finance) and has_money:
    spent = spend.placement_spend(tables["placement_costs"], own)
    costs = spend.unit_costs(spent, by_provision, cited)
    parts = unit_costs.by_component(costs, spent, on.financial_year)
    caption = "What one plan cost in the last closed year, by provision"
    show.table(parts, caption=caption, columns=unit_costs.SHOWN)

# %% [markdown]
# ### Prices tied to the ledger
#
# The costs of single placements never add up to the ledger exactly. The difference is shown here,
# and the forecast keeps it in proportion.

# %%
if show.section(area, "Prices tied to the ledger", needs=finance) and has_money:
    show.table(lines.reconciled(on.lines, cited), caption="Placement costs beside the ledger")

# %% [markdown]
# ### Spend in cash and in real terms
#
# Cash is what has to be paid. In real terms, general inflation is taken out. At unchanged unit
# costs only the number and the mix of plans are left: that line is what more plans alone cost.

# %%
if show.section(area, "Spend in cash and in real terms", needs=finance) and has_money:
    real = money.real_and_nominal()
    sentence, cells = money_words.spend(real)
    fan = {"mark": "line", "x": "financial_year", "since": on.financial_year, **fans.RANGE}
    show.chart(real, title=sentence, cells=cells, **fan)
    shown = ("value", "real", "plain")
    show.table(real, caption="Spend of the high needs block: cash and real", columns=shown)

# %% [markdown]
# ### By provision
#
# Where the money will go if nothing changes. Read the plans first.

# %%
if show.section(area, "By provision", needs=finance) and has_money:
    by_place = money.by_provision(by_provision)
    one = fans.of_scenario(by_place)
    title = "Spend on placements in each provision, in cash"
    show.chart(one, mark="line", x="financial_year", facet="provision", title=title, **fans.RANGE)
    show.table(one, caption=title, columns=("value",), across="financial_year")

# %% [markdown]
# ### Budget lines
#
# The same money by the lines of the Section 251 budget. In every simulation the lines add up to
# the high needs block to the pound; their medians nearly do. Places that the ESFA funds directly
# are a line of their own, so that the block is shown before deductions.

# %%
if show.section(area, "Budget lines", needs=finance) and has_money:
    by_line = money.lines()
    one, caption = fans.of_scenario(by_line), "High needs block by line, median of the futures"
    show.table(one, caption=caption, columns=("value",), across="financial_year")

# %% [markdown] tags=["analyst"]
# The last year of the forecast with its range, and with the planned changes where there are any.

# %%
if has_money:
    ends = fans.in_year(by_line, money.horizon, money.last)
    show.table(ends, caption="High needs block by line in the last year", columns=fans.SHOWN)

# %% [markdown]
# ### Transport
#
# Outside the high needs block: the council pays it from its own funds. It grows with the same
# plans.

# %%
if show.section(area, "Transport", needs=finance) and has_money:
    moved = fans.forecast_only(fans.of_scenario(money.transport()))
    show.table(moved, caption="SEN transport, outside the block", columns=fans.SHOWN)

# %% [markdown]
# ## The deficit
#
# What the block gets, less what it spends, is the in-year balance. Year upon year it adds up to
# the balance that the whole grant (the DSG) carries forward. A deficit is negative. The shaded
# ranges hold 80% and 95% of the simulated futures.

# %%
if show.section(area, "The deficit", needs=finance) and has_money:
    carried = money.balance("carried")
    sentence, cells = money_words.balance(carried)
    show.chart(carried, colour="scenario", title=sentence, cells=cells, **fan)
    show.finding(comparators.careful(summary.deficit(carried), own_beside))

# %% [markdown]
# ### In each year
#
# How much each year adds. A year in balance stops the deficit from growing; it does not pay it off.

# %%
if show.section(area, "In each year", needs=finance) and has_money:
    yearly, title = money.balance("in_year"), "DSG in-year balance, outturn and forecast"
    show.chart(yearly, colour="scenario", title=title, **fan)

# %% [markdown]
# ### If no place is added
#
# With the places of today, who finds none goes to a resourced provision while it has room, which
# may cost less, and then to an independent school, which costs more. What it takes to build places
# is capital, and stands in none of these figures.

# %%
title, priced_places = "If no place is added", (*finance, "places")
if show.section(area, title, needs=priced_places) and has_money:
    given = area.cited("plans", "places", *money_run.NEEDED)
    none_added = places_cost.if_none_is_added(money, limited, given)
    show.table(none_added, caption=title, columns=places_cost.SHOWN)
    if found := places_cost.finding(none_added):
        show.finding(comparators.careful(found, own_beside))

# %% [markdown]
# ### How likely is a year in balance?
#
# The share of all simulated futures in which a year ends without an in-year deficit.

# %%
if show.section(area, "How likely is a year in balance?", needs=finance) and has_money:
    chances = money.probability()
    beside = fans.side_by_side(chances, "probability")
    show.table(beside, caption="Probability of in-year balance, by year")
    for name, found in money.balances.items():
        sentence, cells = money_words.year_of_balance(chances, found, name)
        show.sentence(sentence, **cells)
    found = summary.probability(chances, money.last)
    show.finding(comparators.careful(found, own_beside))

# %% [markdown]
# ### In real terms
#
# The deficit at the prices of the last closed year.

# %%
if show.section(area, "In real terms", needs=finance) and has_money:
    deflated = fans.of_scenario(money.balance("carried", is_real=True), money.last)
    caption = "DSG balance carried forward, in real terms"
    show.table(deflated, caption=caption, columns=fans.SHOWN)

# %% [markdown]
# ### Reserves beside the deficit
#
# While the override lasts, a DSG deficit stays off the council's own books. After it, the deficit
# would fall on the council's reserves, unless the law changes. The reserves are entered in
# `assumptions.csv`, in a row `reserves.general`; what central government takes, in rows
# `government.share` and `government.share.year`.

# %%
if show.section(area, "Reserves beside the deficit", needs=finance) and has_money:
    beside = reserves.beside_deficit(money.balances, on.assumed, plans, cited, start)
    stated = ("reserves", "left", "share") if reserves.are_known(on.assumed) else ()
    caption = "Deficit at the end of the override, beside the general reserves"
    show.table(beside, caption=caption, columns=(*fans.SHOWN, *stated))
    sentence, cells = reserves.told(beside)
    show.sentence(sentence, **cells)

# %% [markdown]
# ### Beside the council's own forecast
#
# For the years that finance has a budget or a forecast of. A difference is worth a question, and
# says nothing of who is right.

# %%
if show.section(area, "Beside the council's own forecast", needs=finance) and has_money:
    found, held = money.balances[fans.UNMITIGATED], money.position
    shown = ("value", "low80", "high80", "own", "difference")
    theirs = reserves.beside_own_forecast(found, held, plans, cited, start)
    caption = "In-year balance: this forecast and the council's own"
    show.table(theirs, caption=caption, columns=shown)

# %% [markdown] tags=["analyst"]
# ### What if?
#
# In JupyterLab, sliders move growth, prices, places and each planned change, and the deficit is
# worked out again; without finance data, the number of plans. The answer takes 200 futures, the
# figures above take more, so the two differ a little: it stays out of the report.

# %% tags=["analyst"]
if has_money:
    question = local_money.LocalMoney(model, money, horizon, places_ahead)
    show.explore(question, interactive=interactive)
elif is_local:
    planned = levers.levers_of(tables["mitigations"], model.last)
    question = local_what_if.WhatIf(model, plans, planned, places_ahead, years=horizon)
    show.explore(question, interactive=interactive)

# %% [markdown] tags=["analyst"]
# On published figures: move growth, a push or a brake for the whole country, and the years.

# %% tags=["analyst"]
if is_published and is_forecast:
    question = published_what_if.PublishedWhatIf(panel, code, plans, tuned, horizon, seed)
    show.explore(question, interactive=interactive)

# %% [markdown]
# ## What the planned changes are worth
#
# A change that pays less to somebody releases cash. A change that keeps a cost from coming leaves
# no cash behind: the budget is only smaller than it would have been. The two must not be added
# up to a saving.

# %%
planned = (*finance, "mitigations")
has_changes = has_money and money.effects is not None
if show.section(area, "Cash released and cost avoided", needs=planned) and has_changes:
    effect = money.cash_and_avoided()
    sentence, cells = attribution.told(effect)
    show.sentence(sentence, **cells)
    show.table(effect, caption="Cash, cost avoided and cost of the changes (median)",
               columns=("value",), across="financial_year")  # fmt: skip
    show.finding(summary.changes(effect))

# %% [markdown]
# ## What is already bound to come
#
# Some of next year's cost is decided before anybody decides anything: children who change school
# in September, assessments that are under way, and plans that cost part of this year and all of
# the next.

# %% [markdown]
# ### Children who change phase in September

# %%
if show.section(area, "Children who change phase in September", needs=finance) and has_money:
    moving = components.phase_transfers(own, on.prices, start, cited)
    caption = "Due to change phase next September, and what it cost the cohorts before"
    show.table(moving, caption=caption)

# %% [markdown]
# ### Assessments under way
#
# Of the requests that are open now, about so many will become plans as became plans in the years
# before.

# %%
if show.section(area, "Assessments under way", needs=(*finance, "requests")) and has_money:
    turned = components.turnover(own, on.prices, cited)
    each, asked = components.latest_joined(turned), area.table("requests")
    both = area.cited("requests", *money_run.NEEDED)
    waiting = backlog.open_assessments(asked, each, on.financial_year, both)
    sentence, cells = backlog.told(waiting)
    show.sentence(sentence, **cells)
    show.table(waiting, caption="Open requests, and the plans to expect of them")

# %% [markdown]
# ### What one who joins costs, and one who leaves
#
# Those who leave are often young adults in dear placements, those who join often small children in
# mainstream schools; or the other way round. The difference says which way the bill moves even
# where the number of plans stays the same.

# %%
if show.section(area, "What one who joins costs, and one who leaves", needs=finance) and has_money:
    turned = components.turnover(own, on.prices, cited)
    sentence, cells = components.told_turnover(turned)
    show.sentence(sentence, **cells)
    show.table(turned, caption="Who came and who went, and what one of them costs a year")
    coming = components.turnover_ahead(money.paths[fans.UNMITIGATED], on, plans)
    ends, title = ["joined", "left"], "One who joins and one who leaves, a year, forecast"
    picks, x = {"where": {"flow": ends}, "colour": "flow"}, "year"
    show.chart(coming, mark="line", x=x, title=title, **picks, **fans.RANGE)

# %% [markdown]
# ### The full-year effect
#
# What each year adds to the next by itself, because plans that began within it cost all of the
# next.

# %%
if show.section(area, "The full-year effect", needs=finance) and has_money:
    full = components.part_year(money.paths[fans.UNMITIGATED], on, only, plans)
    show.table(full, caption="Full-year effect of the plans held in January", columns=fans.SHOWN)

# %% [markdown]
# ### Plans after an appeal
#
# The return says that an appeal was registered, not what the Tribunal directed. So this is the
# most that can be said of placements that it directed.

# %%
asked = area.table_or_empty("requests")
needs, title = (*finance, "requests"), "Plans after an appeal"
if show.section(area, title, needs=needs) and has_money and backlog.has_appeals(asked):
    both = area.cited("requests", "plans")
    appealed = backlog.after_appeal(own, asked, on.prices, start, both)
    show.table(appealed, caption="Plans after an appeal, and the others")

# %% [markdown]
# ## Earlier forecasts
#
# A forecast that nobody goes back to is a guess. Each one is kept, held against the next, and
# against what happened.

# %%
earlier, kept = ("forecast_versions",), area.table_or_empty("forecast_versions")
last = fans.MITIGATED if kept["scenario"].eq(fans.MITIGATED).any() else fans.UNMITIGATED
if show.section(area, "Earlier forecasts", needs=earlier):
    older = versions.compared(kept, last, area.cited(*earlier))
    x, colour = "financial_year", "version"
    for y, title in (("in_year_balance", "In-year balance in each forecast"),
                     ("carried_forward", "Cumulative balance in each forecast")):  # fmt: skip
        show.chart(older, mark="line", x=x, y=y, colour=colour, title=title)
    show.table(older, caption="Every forecast kept, and whether it adds up")

# %% [markdown]
# ### From one forecast to the next
#
# What took the balance from the older forecast to the newer one. Each figure carries the year
# that it is of.

# %%
pair = versions.latest_two(kept, last)
year = versions.last_common_year(kept, last, *pair) if pair else None
if show.section(area, "From one forecast to the next", needs=earlier) and year is not None:
    bridge = versions.bridge(kept, *pair, year, area.cited(*earlier), last)
    sentence, cells = versions.told_bridge(bridge)
    show.chart(bridge, mark="waterfall", x="step", y="value", title=sentence, cells=cells)
    show.table(bridge, caption="From one forecast to the next")

# %% [markdown]
# ### Forecast against what happened
#
# It takes the plans that were recorded, and no forecast of today.

# %%
needs = (*earlier, "dsg_position", "plans")
if show.section(area, "Forecast against what happened", needs=needs):
    held = plans if is_forecast else caseload.plans_by(own, sources=area.cited("plans"))
    happened = accuracy.actuals(area.table("dsg_position"), fans.plans_in(held))
    both = area.cited(*earlier, "dsg_position", "plans")
    missed_by = accuracy.errors(kept, happened, last, both)
    sentence, cells = accuracy.told(missed_by)
    show.sentence(sentence, **cells)
    show.table(missed_by, caption="How far earlier forecasts were out")
    each = accuracy.each_figure(kept, happened, last, both)
    show.table(each, caption="The money of earlier forecasts, figure by figure")

# %% [markdown] tags=["analyst"]
# This forecast, as rows of `forecast_versions`: put them under the earlier ones in the inputs, so
# that the next run can hold itself against them.

# %%
if has_money:
    made_on = area.table("censuses")["census_date"].max()
    where = private.keep_table(area, "forecast_version.csv", money.as_version(made_on))
    show.sentence(where)

# %% [markdown]
# ## Is anybody missing from it?
#
# Services often know of children who are on their way before any figure does.

# %%
if show.section(area, "Is anybody missing from it?", needs=("pipeline",)):
    coming, given = area.table("pipeline"), area.cited("pipeline")
    alert = missed.alert(coming, given)
    sentence, cells = missed.told(alert, coming)
    show.sentence(sentence, **cells)
    prices = on.prices if has_money else None
    show.table(missed.cohorts(coming, given, prices, labels), caption="Children on their way")
    if not missed.is_complete(coming):
        show.finding(summary.missed(alert))

# %% [markdown]
# ## The chain of demand
#
# A second way to the number of plans, by four links: pupils, those with SEN Support, those of them
# who need a plan, and those whom mainstream schools can support. Each link is needed twice: as it
# is, and as it will be.

# %%
if show.section(area, "The chain of demand", needs=("chain",)):
    links, given = area.table("chain"), area.cited("chain")
    people_at, known = chain.steps(links, given), chain.completeness(links, given)
    sentence, cells = chain.told(people_at, known)
    show.sentence(sentence, **cells)
    show.table(people_at, caption="The chain of demand, as it is and as it will be")
    show.table(known, caption="Which of its cells are known")

# %% [markdown]
# ## What it all rests on
#
# Every figure of the forecast rests on recorded figures and on the assumptions below. A row of
# `assumptions.csv` with the same name replaces a default.

# %%
if show.section(area, "What it all rests on", needs=finance) and has_money:
    given = area.cited("assumptions", *money_run.NEEDED)
    counted = register.summary(on.assumed, given)
    sentence, cells = register.told(counted)
    show.sentence(sentence, **cells)
    measured = flow_assumptions.table(model, cited[:1])
    show.table(measured, caption="Who joins, leaves and moves, as measured")
    show.table(register.register(on.assumed, given), caption="The register of assumptions")
    show.table(register.traced(on.assumed, given), caption="What each figure rests on")

# %% [markdown]
# ### Four principles
#
# A forecast is continuous, informed by the whole service, reviewed against what happens, and up to
# date with the law.

# %%
if show.section(area, "Four principles", needs=finance) and has_money:
    happened = accuracy.actuals(money.position, fans.plans_in(plans))
    compared = len(accuracy.compared(kept, happened, last))
    today, filled = area.table("censuses")["census_date"].max(), frozenset(area.tables)
    four = principles.checked(kept, compared, filled, on.assumed, today, cited)
    show.table(four, caption="The four principles, in this run")

# %% [markdown]
# ### Baselines by other methods
#
# Where the methods lie far apart, the choice matters: agree it and enter who did, in a row such as
# `baseline.plans`.

# %%
if show.section(area, "Baselines by other methods", needs=("plans",)):
    counted = (area.table("plans"), area.table_or_empty("requests"), area.table("censuses"))
    recorded = baselines.local_history(own, *counted)
    agreed, given = area.table_or_empty("assumptions"), area.cited("plans", "requests")
    methods = baseline_methods.compare(recorded, agreed, "local", given)
    show.table(methods, caption="Baselines of the key variables, by method")

# %% [markdown]
# ## The returns
#
# The DSG management plan and the Local SEND Reform Plan ask for these figures by age, need and
# provision, recorded and forecast. One workbook holds them, with range and assumptions. It holds
# small counts and is for the analyst alone: it stays in the area's private folder.

# %%
if is_local:
    stated = returns.in_words(list(on.assumed) if has_money else flows)
    sheets = local_returns.local_tables(own, futures, stated)
    kept, known = area.table("placements"), area.table_or_empty("establishments")
    sheets.append(return_settings.settings_table(own, kept, known, area.table("censuses")))
    joined, records = model.seen.joined_by_year, ("requests", "plans", "censuses")
    if area.has("requests"):
        asked = [area.table(name) for name in records]
        sheets += flow_returns.local_flow_tables(*asked, futures, joined, stated, seed)

# %% [markdown] tags=["analyst"]
# On published figures: totals, provisions, and ages as a split of the forecast.

# %%
if is_published and is_forecast:
    only, held = futures[fans.UNMITIGATED], fans.plans_in(plans)
    groups = reference.table("provision_map")
    ages = published_ages.published_ages(area.published("ees_caseload"), code, groups)
    stated = (*published_returns.ASSUMED, moves)
    sheets = published_returns.published_tables(by_provision.frame, ages, only, stated)
    if area.has("published:ees_requests", "published:ees_assessments"):
        asked = [area.published(f"ees_{name}") for name in ("requests", "assessments")]
        sheets += flow_returns.published_flow_tables(*asked, code, only, held, stated, seed)

# %% [markdown] tags=["analyst"]
# What the workbook holds.

# %%
if is_forecast:
    book = returns_workbook.workbook(sheets, area.settings.name, area.settings.fictional)
    show.sentence(private.keep_bytes(area, "returns.xlsx", book))
    show.table(returns.contents(sheets), caption="Tables of the returns workbook")

# %% [markdown]
# ## What to do next
#
# 1. Agree the assumptions in the register with service and finance, and enter who agreed them.
# 2. Plan places for the middle of the range, and say what happens at its upper end.
# 3. Take the planned changes to notebook 14, which sets each beside its outcome for children.
# 4. Keep this forecast as a version, and hold it against what happens next January.
