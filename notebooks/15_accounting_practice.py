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
#     - accounting_checks
#     - dsg_position
#     - spend_lines
#     - ledger_postings
#     number: '15'
#     question: Do the accounts follow national guidance, and what do the directors have to decide?
#     stage: Module 1
#     title: Accounting practice
# ---

# %% [markdown]
# # Accounting practice
#
# **Question.** Do the accounts follow national guidance, and what do the directors have to decide?
#
# **Why.** Areas can be compared, and deficits believed, only where the accounts follow the same
# rules. Money that stands in the wrong line is money that families and schools cannot see. The
# first section is a briefing for the director of children's services and the section 151
# officer; what it rests on follows.
#
# **Uses** the checklist that finance and a reviewer fill in, the DSG position, the spend lines
# and postings of the ledger. What is missing is named where it would stand.

# %% tags=["parameters"]
area_folder: str = "demo"  # an area's folder, or the fictional one that ships
interactive: bool = True  # False when run by papermill
simulations: int = 1000  # futures of the forecast, as in notebook 13
seed: int = 1  # the same seed gives the same figures

# %% [markdown] tags=["analyst"]
# Open the area.

# %%
from functools import partial

from toolkit import reference, show
from toolkit.diagnose import caseload, comparators, dsg, january, spend
from toolkit.diagnose.accounting import automatic, briefing, checklist, funding, hits
from toolkit.diagnose.accounting import postings, reviews
from toolkit.diagnose.opportunities import matrix, value
from toolkit.diagnose.opportunities.rows import ready
from toolkit.intake.store import open_area
from toolkit.publish.private import keep_table

area = open_area(area_folder)

# %% [markdown] tags=["analyst"]
# The parts of the forecast that the briefing quotes.

# %%
from toolkit.diagnose.forecast import budget, flow_assumptions, local_mode, money_run, money_words
from toolkit.diagnose.forecast import priors

# %% [markdown] tags=["analyst"]
# ## The checklist to fill in
#
# Rate each check red, amber or green with somebody from outside, name the evidence and the post
# that owns the action, and press Save. Then log the review sessions and the sign-off.

# %%
catalogue, rules = (reference.table(n) for n in ("accounting_checks", "posting_rules"))
s251, module = reference.table("s251_lines"), "module_1"
asked = tuple(catalogue["check_id"])
show.form(area, "accounting_checks", keys=asked, interactive=interactive)

# %% [markdown] tags=["analyst"]
# The review sessions, and who has agreed to the output of Module 1.

# %%
show.form(area, "accounting_reviews", interactive=interactive)
show.form(area, "sign_offs", interactive=interactive)

# %% [markdown] tags=["analyst"]
# The tests run on what the area holds. The published allocations give the schools block.

# %%
allocations = "published:dsg_allocations"
given = area.published("dsg_allocations") if area.has(allocations) else None
names = ("dsg_position", "spend_lines", "ledger_postings", "places", "assumptions")
accounts = automatic.Accounts(
    *map(area.table_or_empty, names), given, area.settings.la_code, s251, rules
)
tested, cited = automatic.run(accounts), area.cited(*names, "accounting_checks")
checks = checklist.checklist(catalogue, area.table_or_empty("accounting_checks"), tested, cited)
counted = checklist.counts(checks)

# %% [markdown]
# ## Briefing for the directors
#
# The position at the end of Module 1, for the director of children's services and the section
# 151 officer.
#
# **The children first:** how many have a plan, and what a plan costs.

# %%
if show.section(area, "Plans and what they cost", needs=("plans",)):
    people = ("plans", "placements", "censuses", "earlier_needs")
    own = january.stock(*(area.table_or_empty(name) for name in people))
    plans = caseload.plans_by(own, sources=area.cited("plans"))
    sentence, cells = briefing.children(plans)
    show.sentence(sentence, **cells)

# %% [markdown] tags=["analyst"]
# Unit cost and spend, where the cost of placements is held.

# %%
if area.has("plans", "placement_costs", "provisions"):
    by_provision = caseload.plans_by(own, "provision", sources=area.cited("plans"))
    spent = spend.placement_spend(area.table("placement_costs"), own)
    unit = spend.unit_costs(spent, by_provision, area.cited("plans", "placement_costs"))
    whole = spend.whole_area(spend.closed_years(unit, area.table_or_empty("spend_lines")))
    if len(whole.frame):
        sentence, cells = spend.told(whole)
        show.sentence(sentence, **cells)

# %% [markdown]
# **The grant.** Deficits are negative.

# %%
if show.section(area, "The DSG position", needs=("dsg_position",)):
    position = area.table("dsg_position")
    balance = dsg.position(position, "outturn", area.cited("dsg_position"))
    if len(balance.frame):
        sentence, cells = dsg.told(balance)
        show.sentence(sentence, **cells)

# %% [markdown]
# **Where it is heading**, if nothing changes and places are added where they are needed. The
# [forecast](13_forecast.ipynb) has the ranges, the assumptions, what it costs if no place is
# added, and the same with the planned changes.

# %%
finance = ("plans", "provisions", *money_run.NEEDED)
held = {name: area.table_or_empty(name) for name in money_run.TABLES}
held["mitigations"] = held["mitigations"].head(0)
is_there = show.section(area, "Where the balance is heading", needs=finance)
is_there = is_there and own["year"].nunique() > 1 and budget.has_base_year(held, own)
if is_there:
    totals = comparators.totals(area.published_or_empty("caseload"))
    prior, people = priors.of_published(totals, own.year.max()), area.table_or_empty("population")
    fitted = local_mode.fit(own, area.table("plans"), people, prior)
    model = flow_assumptions.with_assumed(fitted, held["assumptions"])

# %% [markdown] tags=["analyst"]
# The same run as notebook 13's, without the planned changes.

# %%
if is_there:
    flows = flow_assumptions.measured(model, area.cited("plans", "placements"))
    simulate = partial(local_mode.simulate, model, value.AHEAD, simulations, seed)
    run = partial(money_run.run, simulate, held, own, s251, plans, area.cited(*finance))
    money = run(seed=seed, fitted=flows)
    sentence, cells = money_words.balance(money.balance("carried"))
    show.sentence(sentence, **cells)

# %% [markdown] tags=["analyst"]
# The deficit beside the general reserves: rows `reserves.general` (£) and `override.end` (the
# financial year, as in 202728) of `assumptions.csv`.

# %%
if area.has("dsg_position") and len(balance.frame):
    sources = area.cited("dsg_position", "assumptions")
    beside = briefing.reserves(balance, area.table_or_empty("assumptions"), sources)
    sentence, cells = briefing.told(beside)
    show.sentence(sentence, **cells)

# %% [markdown]
# **What could be better.** The opportunities that service and finance have listed so far.

# %%
if show.section(area, "The opportunities", needs=("opportunities",)):
    settings = reference.table("opportunity_settings")
    rows, agreed = ready(area.table("opportunities"), settings), area.cited("opportunities")
    worth = matrix.by_setting(rows, settings, agreed)
    sentence, cells = matrix.told(worth)
    show.sentence(sentence, **cells)

# %% [markdown]
# **The accounts.** Ratings are people's; the tests apply rules to the tables and rate nothing.

# %%
sentence, cells = checklist.told(counted)
show.sentence(sentence, **cells)
show.table(checklist.to_do(checks), caption="What is to be done", columns=checklist.ACTIONS)

# %% [markdown]
# **What is asked of the directors.**

# %%
show.table(briefing.decisions(), caption="Decisions asked for")
record = reviews.signed(area.table_or_empty("sign_offs"), module, area.cited("sign_offs"))
show.table(record, caption="Sign-off of Module 1")
show.sentence(reviews.unsigned(record))

# %% [markdown]
# ## The checklist
#
# Each check with its rating, beside what the data shows.

# %%
show.finding(checklist.finding(counted))
show.table(checks, caption="Checks of accounting practice", columns=checklist.SHOWN)

# %% [markdown]
# What the ratings rest on, and who has looked at it.

# %%
if show.section(area, "Evidence of the ratings", needs=("accounting_checks",)):
    rated = checklist.rated(checks)
    show.table(rated, caption="Evidence of the ratings", columns=checklist.EVIDENCE)

# %% [markdown]
# ### What each check asks, and where the rule stands
#
# Documents are issued anew for each year: use those of the year that you look at.

# %%
show.table(checks, caption="What each check asks", columns=checklist.RULES)

# %% [markdown]
# ## What the tests found
#
# "To put right" breaks a rule. "To ask about" may be right, and somebody has to say why.

# %%
period = automatic.period(accounts)
found = hits.found(tested.hits, catalogue, cited, period)
show.table(found, caption="What the tests found in the accounts")

# %% [markdown]
# ### Postings in the wrong place
#
# Each posting's line is held against what it pays for. Single postings are not shown here.

# %%
if show.section(area, "Postings in the wrong place", needs=("ledger_postings",)):
    booked, where = area.table("ledger_postings"), area.cited("ledger_postings")
    tried = postings.summary(booked, s251, rules, where)
    show.finding(postings.finding(tried))
    if area.has("spend_lines"):
        both = area.cited("ledger_postings", "spend_lines")
        reached = postings.coverage(booked, area.table("spend_lines"), both)
        show.table(reached, caption="How much of the outturn the postings cover")

# %% [markdown] tags=["analyst"]
# The postings themselves, for the analyst alone.

# %%
if area.has("ledger_postings"):
    wrong = postings.misposted(booked, s251, rules)
    show.sentence(keep_table(area, "postings_to_look_at.csv", wrong))

# %% [markdown]
# ### Transfers between blocks
#
# Up to 0.5% of the schools block may move with the Schools Forum's agreement. More, or without
# its agreement, takes the Secretary of State. The schools block comes from the published
# allocations, or from a row `dsg.schools_block` of `assumptions.csv`.

# %%
if show.section(area, "Transfers between blocks", needs=("dsg_position",)):
    moved = automatic.transfers(accounts, area.cited("dsg_position", allocations))
    caption = "Transfers into the high needs block, outturn"
    show.table(moved, caption=caption, columns=funding.shown(moved))

# %% [markdown]
# ### The balance, year by year
#
# Brought forward, plus the year's own balance, plus what was written off, is carried forward.

# %%
if area.has("dsg_position"):
    show.table(balance, caption="DSG balance, outturn, and whether it adds up")

# %% [markdown]
# ## Review sessions
#
# Somebody from outside looks at the accounts, twice.

# %%
sessions, logged = area.table_or_empty("accounting_reviews"), area.cited("accounting_reviews")
sentence, cells = reviews.told(reviews.standing(sessions, logged))
show.sentence(sentence, **cells)
show.table(reviews.log(sessions, logged), caption="Review sessions")

# %% [markdown]
# ## What to do next
#
# 1. Put right what breaks a rule before the accounts close, and ask about the rest.
# 2. Rate the checks that nobody has rated, with somebody from outside, and name the evidence.
# 3. Once both review sessions are held, take the briefing to the two directors for sign-off.
# 4. Tell the Schools Forum what was found and what will be done.
