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
#     needs:
#     - opportunities
#     number: '14'
#     question: What could be better for children, what is it worth, and what comes first?
#     stage: Module 1
#     title: Opportunities
# ---

# %% [markdown]
# # Opportunities
#
# **Question.** What could be better for children, what is it worth, and what comes first?
#
# **Why.** One page shows where outcomes could be better and what that is worth in each kind of
# setting, so that service, finance, schools and families can agree what to look into. An
# opportunity starts with a child whose needs could be met better, earlier or nearer home. The £
# comes second, and stands beside what the change does for children.
#
# **Uses** the table `opportunities`, which service and finance agree; with placement costs, what
# each setting spends; with `mitigations`, the forecast, so that nothing is counted twice.

# %% tags=["parameters"]
area_folder: str = "demo"  # an area's folder, or the fictional one that ships
interactive: bool = True  # False when run by papermill
simulations: int = 1000  # futures of the forecast; 200 are enough while trying out
seed: int = 1  # another seed gives other random numbers

# %% [markdown] tags=["analyst"]
# Open the area.

# %%
from functools import partial

from toolkit import reference, show
from toolkit.diagnose import caseload, comparators, january, spend
from toolkit.diagnose.forecast import budget, flow_assumptions, local_mode, money_run, priors
from toolkit.diagnose.forecast.futures import Futures
from toolkit.diagnose.opportunities import base, impact, legend, matrix, priority, projected
from toolkit.diagnose.opportunities import shares, storyline, value
from toolkit.diagnose.opportunities.rows import ready
from toolkit.intake.store import open_area

area = open_area(area_folder)

# %% [markdown] tags=["analyst"]
# ## The opportunities to agree
#
# Fill in the form, one row an opportunity, and press Save. It is kept in the area's inputs as
# `opportunities.csv`, and checked like any other file. Run the notebook again to see it below.

# %%
show.form(area, "opportunities", interactive=interactive)

# %% [markdown] tags=["analyst"]
# The levers of the forecast that carry the opportunities are filled in the same way.

# %%
show.form(area, "mitigations", interactive=interactive)

# %% [markdown] tags=["analyst"]
# What each setting spends is the base that a value is a share of. It is what the opportunities
# state themselves, where the cost of placements is not held.

# %%
settings, enablers = reference.table("opportunity_settings"), reference.table("enablers")
rows = ready(area.table_or_empty("opportunities"), settings)
needed, cited = ("opportunities",), area.cited("opportunities")
levers = area.table_or_empty("mitigations")
on = base.stated(rows, settings)

# %% [markdown] tags=["analyst"]
# Where the cost of placements is held, the plans in each provision are the base of a unit cost.

# %%
people = ("plans", "placements", "censuses", "earlier_needs")
own = january.stock(*(area.table_or_empty(name) for name in people))
if area.has("plans", "placement_costs", "provisions"):
    given = area.cited("plans", "placement_costs")
    by_provision = caseload.plans_by(own, "provision", sources=given, labels=area.labels)
    spent = spend.placement_spend(area.table("placement_costs"), own)
    unit = spend.unit_costs(spent, by_provision, given)
    on = base.recorded(spend.closed_years(unit, area.table_or_empty("spend_lines")), settings)

# %% [markdown]
# ## The opportunity matrix
#
# A low and a high value for each opportunity, a year, once it works in full. Read what it does
# for children first.

# %%
if show.section(area, "The opportunity matrix", needs=needed):
    by_setting = matrix.by_setting(rows, settings, cited)
    made = matrix.matrix(rows, settings, enablers, cited)
    show.table(made, caption="Opportunity matrix: value a year in full", columns=matrix.VALUE)
    show.finding(matrix.finding(by_setting))

# %% [markdown]
# The same as a chart: each line runs from the low to the high value.

# %%
if area.has(*needed):
    title, held = "Value of each opportunity a year, low to high", list(settings["setting"])
    span = {"y": "middle", "low": "low", "high": "high"}
    show.chart(
        made,
        mark="dot",
        x="opportunity",
        facet="setting",
        where={"setting": held},
        title=title,
        **span,
    )

# %% [markdown]
# ### By setting
#
# A setting without an opportunity stays in the table: is there nothing to do better, or has
# nobody looked?

# %%
if area.has(*needed):
    show.table(by_setting, caption="Value by setting", columns=matrix.BY_SETTING)

# %% [markdown]
# The same as a share of what is spent. The base of each share stands beside it.

# %%
if area.has(*needed):
    share = shares.shares(rows, settings, on, cited)
    show.table(share, caption="Value as a share of spend", columns=shares.SHOWN)

# %% [markdown] tags=["analyst"]
# ### A total that was typed elsewhere
#
# A total is worked out here from the rows. One that stands in a paper already can be entered in
# `assumptions.csv`, in a row `opportunities.total` with its low and high; it is then held against
# the rows, and never used.

# %%
typed = matrix.typed_total(area.table_or_empty("assumptions"))
if area.has(*needed) and typed is not None:
    against = area.cited("opportunities", "assumptions")
    show.table(matrix.checked_total(rows, typed, against), caption="The typed total and the rows")

# %% [markdown]
# ### What the system needs for it
#
# Five enablers; their marks stand beside each opportunity.

# %%
if area.has(*needed):
    show.table(legend.count(rows, enablers, cited), caption="The five enablers")
    show.table(matrix.needs(made), caption="What each opportunity needs")

# %% [markdown]
# ## How each value is worked out
#
# People reached in a year, times what the change is worth for one of them. It should lie between
# the low and the high value. Changes for few children show no number of children.

# %%
if area.has(*needed):
    worked = value.values(rows, cited)
    show.table(worked, caption="People x value for one, beside low and high")

# %% [markdown]
# ## What each change does, and when
#
# What moves, for whom, and how far, taken from the lever of the forecast that carries the change.

# %%
if area.has(*needed):
    kpis, both = reference.table("lever_kpis"), area.cited("opportunities", "mitigations")
    expected = impact.impact(rows, levers, kpis, area.labels, both)
    show.table(expected, caption="Expected impact for children", columns=impact.OPERATIONAL)
    show.table(expected, caption="Expected impact on money", columns=impact.FINANCIAL)

# %% [markdown]
# ### Year by year
#
# Each value grows from its start to the end of its ramp. The line is the middle; the range runs
# from the low values, starting late, to the high values, starting on time.

# %%
if show.section(area, "Value year by year", needs=("opportunities", "dsg_position")):
    ramped = value.ramped(rows, levers, value.horizon(area.table("dsg_position"), own))
    by_change, by_stream = (impact.profile(ramped, b, both) for b in ("opportunity", "workstream"))
    title, whole = "Value of all changes, before overlap is taken out", {"workstream": "All"}
    show.chart(by_stream, mark="line", x="financial_year", where=whole, title=title, **span)

# %% [markdown]
# Low and high of each change, then of each workstream: both add up to the same totals.

# %%
if area.has("opportunities", "dsg_position"):
    ends, across = ("low", "high"), "financial_year"
    show.table(by_change, caption="Value of each change by year", columns=ends, across=across)
    show.table(by_stream, caption="Value of each workstream", columns=ends, across=across)

# %% [markdown]
# ## The total to the horizon, with nothing counted twice
#
# Two changes that reach the same child cannot both save the cost of one placement. The forecast
# applies all of them to the same simulated children, each with its start, its ramp and its chance
# to fail. What that leaves is the total opportunity.

# %%
needs = ("opportunities", "mitigations", "plans", "provisions", *money_run.NEEDED)
held = {name: area.table_or_empty(name) for name in money_run.TABLES}
is_there = show.section(area, "The total to the horizon", needs=needs)
if is_there and not (own["year"].nunique() > 1 and budget.has_base_year(held, own)):
    is_there = False
    show.sentence("It needs two Januaries, and a closed year with costs and an outturn.")

# %% [markdown] tags=["analyst"]
# The same run as notebook 13's: same flows, same prices, same chance.

# %%
if is_there:
    totals = comparators.totals(area.published_or_empty("caseload"))
    prior, people = priors.of_published(totals, own.year.max()), area.table_or_empty("population")
    fitted = local_mode.fit(own, area.table("plans"), people, prior)
    model = flow_assumptions.with_assumed(fitted, held["assumptions"])
    flows = flow_assumptions.measured(model, area.cited("plans", "placements"))
    simulate = Futures(model, value.AHEAD, simulations, seed)
    plans, used = caseload.plans_by(own, sources=area.cited("plans")), area.cited(*needs)
    run = partial(money_run.run, simulate, held, own, reference.table("s251_lines"), plans, used)
    money = run(seed=seed, fitted=flows)

# %% [markdown]
# Added up one by one, beside what the forecast makes of all together.

# %%
if is_there:
    worth, cost = projected.through_levers(money.effects)
    reach, ahead = projected.scope(model, levers), sorted(cost)
    by_year = value.ramped(rows, levers, ahead)
    total = projected.overlap(worth, by_year, cost, reach["All"], used)
    title, cells = projected.told(total)
    fan = {"y": "median", "low": "low", "high": "high"}
    show.chart(total, mark="line", x="financial_year", title=title, cells=cells, **fan)
    show.table(total, caption="Added up, and through the forecast", columns=projected.OVERLAP)
    show.finding(projected.finding(total, list(rows["outcome"])))

# %% [markdown]
# Each lever by itself, and what they take from one another. The second table sets each beside what
# was agreed of it and what it costs: take what does not fit back to those who agreed it.

# %%
if is_there:
    each = projected.projected(worth, rows, levers, reach, used)
    caption, across = "Value of each lever, median", "financial_year"
    show.table(each, caption=caption, columns=("median",), across=across)
    last = projected.at_horizon(each, by_year, levers)
    show.table(last, caption="Value of each lever at the horizon", columns=projected.SHOWN)

# %% [markdown]
# ## What comes first
#
# Value, feasibility and evidence side by side. The weights are a choice: the second table says
# what any other choice would change.

# %%
if area.has(*needed):
    ordered = priority.ranked(rows, cited)
    show.table(ordered, caption="Opportunities in order of priority", columns=priority.SHOWN)
    show.table(
        ordered, caption="How far the order depends on the weights", columns=priority.SENSITIVITY
    )
    show.finding(priority.finding(ordered))

# %% [markdown]
# ## The storyline on one page
#
# Six boxes carry the diagnostic from the first question to the grant application.

# %%
held = dict.fromkeys(area.tables, True)
boxes = reference.table("storyline")
called = {n: area.called(n) for text in boxes["tables"] for n in text.split(";") if n}
show.table(storyline.storyline(boxes, held, called), caption="Storyline of the diagnostic")

# %% [markdown]
# ## What to do next
#
# 1. Take the matrix to the steering group, with families and schools at the table, and agree
#    low and high value, outcome and owner of each opportunity.
# 2. Take what is "below the low value" or "above the high value" back to those who know.
# 3. Give each opportunity a lever of the forecast, so that its overlap with others shows.
# 4. Put the first three to the case reviews of Module 2: does a real child's journey bear it out?
