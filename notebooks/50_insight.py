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
#     number: '50'
#     question: What do many local areas find together, and where would change matter most?
#     stage: Over many areas
#     title: Insight report
# ---

# %% [markdown]
# # Insight report
#
# **Question.** What do many local areas find together, and where would change matter most?
#
# **Why.** What one area finds can be chance or its own history. What many find can guide policy,
# and shows each area where it is not alone.
#
# **Uses** the evidence ledgers that areas share, and nothing else: no record of a child. What an
# area hid to protect a child is missing here. What too few areas have found is not printed.

# %% tags=["parameters"]
outputs_folder: str = "../outputs"  # one folder an area, each with findings.json
areas_file: str = ""  # expected areas; by default areas.csv in that folder
weights: str = "plans"  # what areas weigh: "plans" or "equal"
minimum_areas: int = 5  # with fewer areas, a figure is not printed
interim: bool = False  # True while areas are still to come
interactive: bool = True  # False when run by papermill

# %% [markdown] tags=["analyst"]
# Read the ledgers. Folders that cannot be used are set aside and named in the first chapter.

# %%
from toolkit import show
from toolkit.diagnose.insight import context, groups, labels, pick, published, said, weigh
from toolkit.intake.ledgers import open_ledgers

ledgers = open_ledgers(outputs_folder, areas_file, minimum_areas)
areas, found, cited = ledgers.areas, ledgers.findings, ledgers.cited
inside, heavy = areas[areas["status"].eq("in")], weigh.checked(weights)
named = {"areas": inside, "weights": heavy, "minimum": minimum_areas, "cited": cited}

# %% [markdown] tags=["chapter-context"]
# ## 1. Context
#
# The evidence of each area was gathered by the area itself, with the same notebooks. This report
# puts it together: it sums up themes and challenges, gives the views of those who were asked, and
# shows what areas plan to change.

# %%
kinds = context.kinds(areas, cited)
show.sentence("{areas} areas are in: {real} real and {made_up} fictional.",
              **said.row(kinds, "{areas} {real} {made_up}", all="All"))  # fmt: skip
show.sentence("{own} of them had records of their own; the others used published statistics.",
              **said.row(kinds, "{own}", all="All"))  # fmt: skip
if interim:
    show.sentence("This is an interim report: areas are still to come, and figures will change.")

# %% [markdown]
# ### Areas by group
#
# An area is in where its ledger could be used. None is dropped in silence.

# %%
waves = context.waves(areas, cited)
show.table(waves, caption="Areas that are in, missing or failed")
absent = context.absent(areas, ledgers.set_aside, cited)
if len(absent.frame):
    show.table(absent, caption="Areas and folders that are not in, and why")

# %% [markdown] tags=["chapter-key"]
# ## 2. Key findings
#
# Each figure stands with its range and with how far areas lie apart. What areas weigh in an
# average is said below each table.

# %% [markdown]
# ### Growth of EHC plans
#
# More plans is neither good nor bad by itself: it asks what support children get without one.

# %%
if show.section(ledgers, "Growth of EHC plans", needs=("10.growth.plans",)):
    grown = published.growth(found)
    growth = groups.spread(grown, called="Growth of EHC plans", unit="%", size="first", **named)
    show.table(growth, caption="Growth of EHC plans, by group of areas")
    show.finding(said.over_areas(growth, "growth.plans", labels.GROWTH, 95))

# %% [markdown]
# ### Plans on time
#
# The law gives 20 weeks. A child whose plan comes late waits for the support that it names.

# %%
if show.section(ledgers, "Plans on time", needs=("12.timeliness.verdict",)):
    timely = pick.of_one_period(pick.pick(found, "12.timeliness.verdict"))
    on_time = groups.spread(timely, called="New plans within 20 weeks", unit="%", **named)
    show.table(on_time, caption="New plans within 20 weeks, by group of areas")
    show.finding(said.over_areas(on_time, "timeliness", labels.ON_TIME, 80))

# %% [markdown]
# Each dot is an area. The funnel shows where areas would lie if chance alone set them apart: wide
# for few plans, narrow for many. It is no league table: within the funnel no order means anything.

# %%
if ledgers.has("12.timeliness.verdict"):
    funnel = published.funnel_of(timely, inside, **labels.FUNNEL_TIME, cited=cited)
    limits = {"low": "low", "high": "high", "inner": ("low95", "high95"), "middle": "overall"}
    count = published.verdicts(funnel)
    cells = said.row(count, labels.BEYOND, all="All")
    show.chart(funnel, mark="funnel", x="base", y="value", colour="area", **limits,
               title=labels.BEYOND, cells=cells)  # fmt: skip

# %% [markdown]
# ### What lies ahead
#
# Each area's forecast, without the changes that it plans. A forecast is a range: the areas'
# ranges are added up in two ways, and the truth lies between them.

# %%
if show.section(ledgers, "Forecast of EHC plans", needs=("13.plans.unmitigated",)):
    ahead = published.ahead(found)
    together = published.together(ahead, minimum_areas, cited)
    show.table(together, caption="EHC plans of all areas with a forecast")
    show.finding(said.made(together, "forecast.plans", labels.AHEAD, 90, "later", all="All"))
    by_group = groups.spread(ahead, called="Growth that is forecast", unit="%", **named)
    show.table(by_group, caption="Growth of EHC plans that is forecast, by group of areas")

# %% [markdown] tags=["chapter-focus"]
# ## 3. High-impact focus areas
#
# Where growth comes from, and in which provision areas differ most from areas of their kind.

# %% [markdown]
# ### Where plans were added
#
# The provision that added most plans, area by area.

# %%
if show.section(ledgers, "Where plans were added", needs=("10.priority.plans",)):
    most = pick.of_one_period(pick.pick(found, "10.priority.plans"))
    added = published.leading(most, "provision", labels.labels("provision"), **labels.ADDED,
                              cited=cited)  # fmt: skip
    show.chart(added, mark="bar", x="provision", y="areas", title=labels.ADDED_MOST,
               cells=labels.first(added, "provision"))  # fmt: skip
    show.table(added, caption="Areas by the provision that added most plans")
    show.finding(labels.led(added, "provision", "growth.provision", labels.ADDED_MOST, 75))

# %% [markdown]
# ### Where areas differ from areas of their kind
#
# The provision whose share of plans lies furthest from an area's statistical neighbours.

# %%
if show.section(ledgers, "Provision that differs most", needs=("12.mix.furthest",)):
    differ = pick.of_one_period(pick.pick(found, "12.mix.furthest"))
    mix = published.leading(differ, "measure", labels.measures(), **labels.DIFFERS, cited=cited)
    show.table(mix, caption="Areas by the provision that differs most from neighbours")

# %% [markdown]
# ### Needs of new plans
#
# The need to which new plans lean most, beside all plans: a sign of how the caseload is changing.

# %%
if show.section(ledgers, "Needs of new plans", needs=("11.needs.growth",)):
    lean = pick.of_one_period(pick.pick(found, "11.needs.growth"))
    leaning = published.leading(lean, "primary_need", labels.labels("need"), **labels.LEANS,
                                cited=cited)  # fmt: skip
    show.chart(leaning, mark="bar", x="primary_need", y="areas", title=labels.LEAN_MOST,
               cells=labels.first(leaning, "primary_need"))  # fmt: skip
    show.table(leaning, caption="Areas by the need to which new plans lean most")

# %% [markdown] tags=["chapter-asc"]
# ## 4a. Autism (ASC)
#
# What areas find of children whose primary need is autism.

# %% [markdown] tags=["chapter-semh"]
# ## 4a. Social, emotional and mental health (SEMH)
#
# What areas find of children whose primary need is SEMH.

# %% [markdown] tags=["chapter-slcn"]
# ## 4a. Speech, language and communication (SLCN)
#
# What areas find of children whose primary need is SLCN.

# %% [markdown] tags=["chapter-journey"]
# ## 4b. Key points in the educational journey
#
# From the age at which a plan starts to what follows when it ends.

# %% [markdown]
# ### Age at the start of a plan
#
# A change in the mean age at which plans start, in years.

# %%
if show.section(ledgers, "Age at the start of a plan", needs=("11.age.shift",)):
    age = pick.of_one_period(pick.pick(found, "11.age.shift"))
    shift = groups.spread(age, called="Change of the mean age, in years", unit="number", **named)
    show.table(shift, caption="Change of the mean age at the start of a plan, in years")
    show.finding(said.over_areas(shift, "age.shift", labels.AGE, 50))

# %% [markdown]
# ### After the last plan
#
# Of young people whose plan ceased at 16 or over, those who went on to higher education or work.

# %%
if show.section(ledgers, "After the last plan", needs=("11.leaving.post16",)):
    left = pick.of_one_period(pick.pick(found, "11.leaving.post16"))
    went_on = groups.spread(left, called="Went on to education or work", unit="%", **named)
    show.table(went_on, caption="Young people who went on to higher education or work")
    show.finding(said.over_areas(went_on, "leaving.post16", labels.LEFT, 60))

# %% [markdown]
# The same as a funnel: few young people leave in an area, so chance alone sets areas far apart.

# %%
if ledgers.has("11.leaving.post16"):
    funnel = published.funnel_of(left, inside, **labels.FUNNEL_LEFT, cited=cited)
    count = published.verdicts(funnel)
    cells = said.row(count, labels.BEYOND, all="All")
    show.chart(funnel, mark="funnel", x="base", y="value", colour="area", **limits,
               title=labels.BEYOND, cells=cells)  # fmt: skip

# %% [markdown] tags=["chapter-themes"]
# ## 5. Key themes and grant expenditure
#
# What areas have in common in what they plan, and what the one-off grant is spent on.

# %% [markdown] tags=["chapter-next"]
# ## 6. Next steps
#
# 1. Each area reads its own figures beside these, and asks two areas of its kind what lies behind
#    a difference before calling it a problem.
# 2. Areas that are missing are run again, and this report with them.
# 3. Areas with published statistics alone add their SEN2 return and case reviews: the chapters
#    that are left out need them.
# 4. What is planned is followed: a forecast made now is held against the next census.

# %% [markdown] tags=["chapter-appendix"]
# ## 7. Appendix
#
# How this was made, and what it cannot say. An association between two figures of areas says
# nothing of a child, and is never a cause. Areas chose to take part, or were chosen: they need not
# stand for England.

# %%
show.table(context.members(areas, cited), caption="Areas that are in")
show.sentence(weigh.WEIGHTS[heavy])
show.sentence(labels.MINIMUM, areas=str(minimum_areas))

# %% [markdown]
# ### What too few areas support
#
# Findings that a report over many areas can hold, which fewer areas than that have found so far.

# %%
few = labels.too_few(found, minimum_areas)
if len(few):
    show.table(context.gaps(few, cited), caption="Not printed, since too few areas have it")

# %% [markdown] tags=["chapter-waves"]
# ## Waves and regions compared
#
# The same figures, group by group: for networks that discuss practice. Half of the areas of a
# group lie between the two columns on the right, so groups overlap more than their means suggest.

# %%
if show.section(ledgers, "Growth by group", needs=("10.growth.plans",)):
    parts = {"x": "group", "y": "mean", "low": "low", "high": "high"}
    show.chart(growth, mark="dot", **parts, title="Growth of EHC plans by group of areas")
    show.table(growth, caption="Growth of EHC plans")

# %% [markdown]
# How long plans take, group by group.

# %%
if show.section(ledgers, "Plans on time by group", needs=("12.timeliness.verdict",)):
    show.chart(on_time, mark="dot", **parts, title="New plans within 20 weeks by group of areas")
    show.table(on_time, caption="New plans within 20 weeks")
