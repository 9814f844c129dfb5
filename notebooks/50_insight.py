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
from toolkit.diagnose.insight import context, engaged, groups, heard, labels, needs, pick
from toolkit.diagnose.insight import plans, published, quoted, said, shares, shift, views
from toolkit.diagnose.insight import voices, weigh
from toolkit.intake.ledgers import open_ledgers

ledgers = open_ledgers(outputs_folder, areas_file, minimum_areas)
areas, found, cited = ledgers.areas, ledgers.findings, ledgers.cited
inside, heavy = areas[areas["status"].eq("in")], weigh.checked(weights)
named = {"areas": inside, "weights": heavy, "minimum": minimum_areas, "cited": cited}
few = {"minimum": minimum_areas, "cited": cited}

# %% [markdown] tags=["chapter-context"]
# ## Section 1: Context
#
# The evidence of each area was gathered by the area itself, with the same notebooks. This report
# puts it together: it sums up themes and challenges, gives the views of those who were asked, and
# shows what areas plan to change.

# %%
kinds = context.kinds(areas, cited)
show.sentence("{areas} areas are in: {real} real and {made_up} fictional.",
              **said.row(kinds, "{areas} {real} {made_up}", all="All"))  # fmt: skip
show.sentence("{own} of the {areas} had records of their own; others used published statistics.",
              **said.row(kinds, "{own} {areas}", all="All"))  # fmt: skip
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

# %% [markdown]
# ### Who took part
#
# Counts are rounded down; a + says that there are more. Before the last wave is what an interim
# report could count.

# %%
if show.section(ledgers, "Who took part", needs=("20.engaged",)):
    waved = groups.grouping(inside)
    people = engaged.tiles(found, inside, waved, labels.labels("engaged"), **few)
    show.table(people, caption="People who took part, and cases reviewed")

# %% [markdown]
# What was read, beside what was said.

# %%
if show.section(ledgers, "Data points", needs=("01.data_points",)):
    read = engaged.points(found, **few)
    show.sentence("{tile} data points of {areas} areas were read.",
                  **said.row(read, "{tile} {areas}", all="All"))  # fmt: skip

# %% [markdown] tags=["chapter-key"]
# ## Section 2: Key findings
#
# Each figure stands with its range and with how far areas lie apart. What areas weigh in an
# average is said below each table.

# %% [markdown]
# ### A different provision
#
# Practitioners reviewed cases and asked whether the child's needs could have been met elsewhere,
# if the system worked better.

# %%
counted = ("A different provision is best", "Cases reviewed")
cases = {"weights": heavy, "counted": counted, "plans": labels.plans_of(found), **few}
cases |= {"called": "Best met elsewhere"}
rows = pick.pick(found, "21.different.all.{cut}", hidden=True)
every = shares.shares(rows, "cut", {"all": "All cases"}, **cases)
if show.section(ledgers.with_rows(every.frame), "Different provision", needs=("21.different.all",)):
    caption = "Cases whose needs could have been met in a different provision"
    show.table(every, caption=caption, columns=["cut", *labels.SHARES])
    show.finding(said.made(every, "different.all", labels.DIFFERENT, 100, "share",
                           labels.NEAR_HOME, cut="all"))  # fmt: skip

# %% [markdown]
# By primary need. Few cases of a need give a wide interval.

# %%
rows = pick.pick(found, "21.different.need.{need}", hidden=True)
by_need = shares.shares(rows, "need", labels.labels("need"), **cases)
line = {"mark": "dot", "y": "share", "low": "low", "high": "high", "order": "labels"}
if show.section(ledgers.with_rows(by_need.frame), "By need", needs=("21.different.need",)):
    show.chart(by_need, x="need", **line, title="Cases best met elsewhere, by primary need")
    caption = "Cases best met in a different provision, by primary need"
    show.table(by_need, caption=caption, columns=["need", *labels.SHARES])

# %% [markdown]
# ### From where to where
#
# Each row is where the reviewed children are; each column where reviewers think them best placed.
# Areas hide small cells; what they hide stands in a column of its own, so that rows add up.

# %%
moves = shift.matrix(found, labels.labels("provision"), cited)
if show.section(ledgers.with_rows(moves.frame), "From where to where", needs=("21.shift",)):
    show.table(moves, caption="Reviewed cases by provision now and the best one", across="ideal")

# %% [markdown]
# Special schools alone: the state and the independent sector.

# %%
sectors = shift.sectors(moves, cited)
if show.section(ledgers.with_rows(sectors.frame), "State and independent", needs=("21.shift",)):
    show.chart(shift.by_time(sectors), mark="bar", x="provision", y="share", facet="time",
               title="Special schools by sector, now and at best")  # fmt: skip
    show.table(sectors, caption="Reviewed cases in special schools, now and at best")
    show.sentence(labels.SECTORS, **said.row(sectors, labels.SECTORS, provision="nmiss"))

# %% [markdown]
# ### What it would mean for all children
#
# The shares of the reviewed cases, applied to all children of those areas. It is what reviewers
# thought possible, not a forecast. One child may be in two rows: rows are never added up.

# %%
scaled = shift.scaled(found, heavy, **few)
needed = ("21.shift", "10.caseload")
if show.section(ledgers.with_rows(scaled.frame), "For all children", needs=needed):
    show.table(scaled, caption="Children whose needs could be met elsewhere")
    for code, sentence, first in labels.SHIFTS:
        if scaled.frame["shift"].eq(code).any():
            show.finding(said.made(scaled, f"shift.{code}", sentence, first, "more",
                                   labels.NEAR_HOME, shift=code))  # fmt: skip

# %% [markdown]
# Resourced provision, beside what there is now.

# %%
units = shift.increase(scaled, found, cited)
if show.section(ledgers.with_rows(units.frame), "Resourced provision", needs=needed):
    show.table(units, caption="Resourced provision and SEN units")
    show.finding(said.made(units, "shift.increase", labels.RESOURCED, 96, "growth",
                           labels.NEAR_HOME, shift="rp_unit"))  # fmt: skip

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
    timely = pick.alike(found, "12.timeliness.verdict")
    time = labels.time_of(timely)
    on_time = groups.spread(timely, called=time["called"], unit="%", **named)
    show.table(on_time, caption=f"{time['called']}, by group of areas")
    show.finding(said.over_areas(on_time, "timeliness", time["sentence"], 80))

# %% [markdown]
# Each dot is an area. The funnel shows where areas would lie if chance alone set them apart: wide
# for few plans, narrow for many. It is no league table: within the funnel no order means anything.

# %%
if ledgers.has("12.timeliness.verdict"):
    funnel = published.funnel_of(timely, inside, called=time["called"], based=time["based"],
                                 cited=cited)  # fmt: skip
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
    show.finding(said.made(together, "forecast.plans", labels.AHEAD, 90, "later", group="All"))
    by_group = groups.spread(ahead, called="Growth that is forecast", unit="%", **named)
    show.table(by_group, caption="Growth of EHC plans that is forecast, by group of areas")

# %% [markdown] tags=["chapter-focus"]
# ## Section 3: High-impact focus areas
#
# What would make the difference to children, who says so, and where growth comes from.

# %% [markdown]
# ### What would make the difference
#
# Practitioners named what would have let a child's needs be met elsewhere.

# %%
rows, counted = pick.pick(found, "22.enabler.{enabler}", hidden=True), ("Cases", "Cases reviewed")
asked = {"called": "Named in", "weights": heavy, "counted": counted, **few}
enablers = shares.shares(rows, "enabler", labels.labels("enabler"), **asked)
if show.section(ledgers.with_rows(enablers.frame), "Enablers", needs=("22.enabler",)):
    show.chart(enablers, mark="bar", x="enabler", y="share", title="What would make the difference")
    caption, columns = "Enablers, by the cases that name them", ["enabler", *labels.SHARES]
    show.table(enablers, caption=caption, columns=columns, sort="share")
    show.finding(labels.top(enablers, "enabler", "enabler.first", labels.ENABLER, 92))
    first = views.first_in(found, labels.labels("enabler"), cited)
    show.table(first, caption="Areas by the enabler that comes first")

# %% [markdown]
# ### What parental confidence rests on
#
# Four levers, weighed by those who reviewed the cases. The levers of a cohort add up to 100%.

# %%
levers = views.levers(found, labels.labels("lever"), labels.cohorts(), heavy, **few)
if show.section(ledgers.with_rows(levers.frame), "Levers of confidence", needs=("22.lever",)):
    show.chart(levers, mark="bar", x="lever", y="weight", facet="cohort", order="labels",
               title="The weight of each lever, by cohort")  # fmt: skip
    show.table(levers, caption="Levers of parental confidence, by cohort")

# %% [markdown]
# ### The components of a local system
#
# Seventeen components in three groups. One wording stands twice in the source: M7 and L6 are kept
# apart, and never added up. Each area has its own set, and others of its own.

# %%
known, needed = labels.catalogue("component"), ("23.prevalence.all", "23.impact")
scored = views.components(found, known, "all", **few)
if show.section(ledgers.with_rows(scored.frame), "Components", needs=needed):
    show.table(views.groups_of(known, labels.labels("component_group"), cited),
               caption="Components by group")  # fmt: skip
    show.chart(views.by_code(scored), mark="scatter", x="prevalence", y="impact",
               colour="component", title="How often each component mattered, and its impact")  # fmt: skip
    show.table(scored, caption="Components: prevalence and impact", columns=labels.COMPONENTS,
               sort="prevalence", note=labels.notes("component"))  # fmt: skip

# %% [markdown]
# ### Voices: who was asked, and who is heard
#
# Areas ask four groups one thing: which of nine factors of mainstream schools matter most. People
# may name more than one. A group is heard where enough areas asked it, and hid little.

# %%
respondents = labels.labels("respondent")
present = heard.heard(found, respondents, **few)
show.table(present, caption="People who were asked, and whether they are heard here")
sentence, cells = heard.unheard(present)
show.sentence(sentence, **cells)

# %% [markdown]
# ### Children and young people
#
# The plans are about them. What they say stands first.

# %%
voice = voices.voice(found, areas, "cyp", heavy, **few)
if show.section(ledgers.with_rows(voice.named.frame), voice.title, needs=(voice.need,)):
    show.finding(voice.finding())
    show.table(voice.named, caption=voice.caption, columns=voices.NAMED, sort="share")
    sentence, cells = voice.difference()
    show.sentence(sentence, **cells)
    if len(voice.apart.frame):
        show.table(voice.apart, caption=voice.apart.universe, sort="gap")
    if len(voice.words.frame):
        show.table(voice.words, caption=voice.words.universe, columns=["words"])

# %% [markdown]
# ### Parents and carers
#
# They know the child in all settings, and for longest.

# %%
voice = voices.voice(found, areas, "parent_carer", heavy, **few)
if show.section(ledgers.with_rows(voice.named.frame), voice.title, needs=(voice.need,)):
    show.finding(voice.finding())
    show.table(voice.named, caption=voice.caption, columns=voices.NAMED, sort="share")
    sentence, cells = voice.difference()
    show.sentence(sentence, **cells)
    if len(voice.apart.frame):
        show.table(voice.apart, caption=voice.apart.universe, sort="gap")
    if len(voice.words.frame):
        show.table(voice.words, caption=voice.words.universe, columns=["words"])

# %% [markdown]
# ### Education providers
#
# Early years settings, schools and colleges, who support the child day by day.

# %%
voice = voices.voice(found, areas, "provider", heavy, **few)
if show.section(ledgers.with_rows(voice.named.frame), voice.title, needs=(voice.need,)):
    show.finding(voice.finding())
    show.table(voice.named, caption=voice.caption, columns=voices.NAMED, sort="share")
    sentence, cells = voice.difference()
    show.sentence(sentence, **cells)
    if len(voice.apart.frame):
        show.table(voice.apart, caption=voice.apart.universe, sort="gap")
    if len(voice.words.frame):
        show.table(voice.words, caption=voice.words.universe, columns=["words"])

# %% [markdown]
# ### SEND specialists and other practitioners
#
# Those who assess, advise and treat, in education, health and care.

# %%
voice = voices.voice(found, areas, "practitioner", heavy, **few)
if show.section(ledgers.with_rows(voice.named.frame), voice.title, needs=(voice.need,)):
    show.finding(voice.finding())
    show.table(voice.named, caption=voice.caption, columns=voices.NAMED, sort="share")
    sentence, cells = voice.difference()
    show.sentence(sentence, **cells)
    if len(voice.apart.frame):
        show.table(voice.apart, caption=voice.apart.universe, sort="gap")
    if len(voice.words.frame):
        show.table(voice.words, caption=voice.words.universe, columns=["words"])

# %% [markdown]
# ### The same factors, group by group
#
# Where groups name the same factors in the same order, change can start there. A factor that one
# of the groups was not asked about is left out.

# %%
factors = views.factors(found, labels.labels("component"), respondents, **few)
if show.section(ledgers.with_rows(factors.frame), "Groups side by side", needs=("22.factor",)):
    show.chart(factors, mark="bar", x="factor", y="share", facet="respondent", order="labels",
               title="Factors that people name, group by group")  # fmt: skip
    told = ["factor", "respondent", "share"]
    show.table(factors, caption="Factors that people name", columns=told, across="respondent")
    show.table(views.agreement(factors, cited), caption="How alike groups rank the factors")

# %% [markdown]
# ### Where plans were added
#
# The provision that added most plans, area by area.

# %%
most = pick.alike(found, "10.priority.plans")
added = published.leading(most, "provision", labels.labels("provision"), **labels.ADDED,
                          cited=cited)  # fmt: skip
has = ledgers.with_rows(added.frame)
if show.section(has, "Where plans were added", needs=("10.priority.plans",)):
    show.chart(added, mark="bar", x="provision", y="areas", title=labels.ADDED_MOST,
               cells=labels.first(added, "provision"))  # fmt: skip
    show.table(added, caption="Areas by the provision that added most plans")
    show.finding(labels.led(added, "provision", "growth.provision", labels.ADDED_MOST, 75))

# %% [markdown]
# ### Where areas differ from areas of their kind
#
# The provision whose share of plans lies furthest from an area's statistical neighbours.

# %%
differ = pick.alike(found, "12.mix.furthest")
mix = published.leading(differ, "measure", labels.measures(), **labels.DIFFERS, cited=cited)
has = ledgers.with_rows(mix.frame)
if show.section(has, "Provision that differs most", needs=("12.mix.furthest",)):
    show.table(mix, caption="Areas by the provision that differs most from neighbours")

# %% [markdown]
# ### Needs of new plans
#
# The need to which new plans lean most, beside all plans: a sign of how the caseload is changing.

# %%
lean = pick.alike(found, "11.needs.growth")
every_need = labels.labels("primary_need")
leaning = published.leading(lean, "primary_need", every_need, **labels.LEANS, cited=cited)
has = ledgers.with_rows(leaning.frame)
for_need = {**named, "lean": lean, "leaning": leaning, "by_need": by_need}
if show.section(has, "Needs of new plans", needs=("11.needs.growth",)):
    show.chart(leaning, mark="bar", x="primary_need", y="areas", title=labels.LEAN_MOST,
               cells=labels.first(leaning, "primary_need"))  # fmt: skip
    show.table(leaning, caption="Areas by the need to which new plans lean most")

# %% [markdown] tags=["analyst"]
# How many plans are for each of the needs that have a chapter below.

# %%
held = pick.alike(found, "11.need.{need}", hidden=True)
counted = {"counted": ("Plans with this need", "EHC plans"), "called": "Share of EHC plans"}
of_plans = shares.shares(held, "need", labels.labels("need"), **{**cases, **counted})
for_need |= {"held": held, "of_plans": of_plans}

# %% [markdown] tags=["chapter-asc"]
# ## Section 4a: Autism (ASC)
#
# What areas find of children whose primary need is autism.

# %% [markdown]
# ### Plans with this need
#
# Who decides on a need, and how, differs from area to area. So most areas may lie outside the
# limits of chance: a share far from the others is where to ask why, and by itself no sign of
# more or fewer children.

# %%
need = needs.need("ASD", found, **for_need)
if show.section(ledgers.with_rows(need.plans), **need.section("Plans")):
    show.finding(need.plans_finding())
    show.chart(need.funnel, **need.drawn("Plans"), **need.beyond())

# %% [markdown]
# ### Where new plans lean to this need
#
# Areas where new plans lean to this need more than to any other, with the interval that chance
# gives each. Where it reaches below 0, chance alone could give it.

# %%
if show.section(ledgers, **need.section("New plans")):
    show.finding(need.lean_finding())
    show.chart(need.leans, **need.drawn("New plans"))

# %% [markdown]
# ### Cases reviewed
#
# Of the reviewed cases with this primary need.

# %%
if show.section(ledgers.with_rows(need.cases), **need.section("Cases")):
    show.finding(need.case_finding())

# %% [markdown]
# ### What parental confidence rests on
#
# The four levers for these children.

# %%
if show.section(ledgers.with_rows(need.levers.frame), **need.section("Levers")):
    show.chart(need.levers, **need.drawn("Levers"))

# %% [markdown]
# ### Components
#
# How often each component mattered in these cases.

# %%
if show.section(ledgers.with_rows(need.components.frame), **need.section("Components")):
    show.table(need.components, **need.drawn("Components"))

# %% [markdown] tags=["chapter-semh"]
# ## Section 4a: Social, emotional and mental health (SEMH)
#
# What areas find of children whose primary need is SEMH.

# %% [markdown]
# ### Plans with this need
#
# Who decides on a need, and how, differs from area to area. So most areas may lie outside the
# limits of chance: a share far from the others is where to ask why, and by itself no sign of
# more or fewer children.

# %%
need = needs.need("SEMH", found, **for_need)
if show.section(ledgers.with_rows(need.plans), **need.section("Plans")):
    show.finding(need.plans_finding())
    show.chart(need.funnel, **need.drawn("Plans"), **need.beyond())

# %% [markdown]
# ### Where new plans lean to this need
#
# Areas where new plans lean to this need more than to any other, with the interval that chance
# gives each. Where it reaches below 0, chance alone could give it.

# %%
if show.section(ledgers, **need.section("New plans")):
    show.finding(need.lean_finding())
    show.chart(need.leans, **need.drawn("New plans"))

# %% [markdown]
# ### Cases reviewed
#
# Of the reviewed cases with this primary need.

# %%
if show.section(ledgers.with_rows(need.cases), **need.section("Cases")):
    show.finding(need.case_finding())

# %% [markdown]
# ### What parental confidence rests on
#
# The four levers for these children.

# %%
if show.section(ledgers.with_rows(need.levers.frame), **need.section("Levers")):
    show.chart(need.levers, **need.drawn("Levers"))

# %% [markdown]
# ### Components
#
# How often each component mattered in these cases.

# %%
if show.section(ledgers.with_rows(need.components.frame), **need.section("Components")):
    show.table(need.components, **need.drawn("Components"))

# %% [markdown] tags=["chapter-slcn"]
# ## Section 4a: Speech, language and communication (SLCN)
#
# What areas find of children whose primary need is SLCN.

# %% [markdown]
# ### Plans with this need
#
# Who decides on a need, and how, differs from area to area. So most areas may lie outside the
# limits of chance: a share far from the others is where to ask why, and by itself no sign of
# more or fewer children.

# %%
need = needs.need("SLCN", found, **for_need)
if show.section(ledgers.with_rows(need.plans), **need.section("Plans")):
    show.finding(need.plans_finding())
    show.chart(need.funnel, **need.drawn("Plans"), **need.beyond())

# %% [markdown]
# ### Where new plans lean to this need
#
# Areas where new plans lean to this need more than to any other, with the interval that chance
# gives each. Where it reaches below 0, chance alone could give it.

# %%
if show.section(ledgers, **need.section("New plans")):
    show.finding(need.lean_finding())
    show.chart(need.leans, **need.drawn("New plans"))

# %% [markdown]
# ### Cases reviewed
#
# Of the reviewed cases with this primary need.

# %%
if show.section(ledgers.with_rows(need.cases), **need.section("Cases")):
    show.finding(need.case_finding())

# %% [markdown]
# ### What parental confidence rests on
#
# The four levers for these children.

# %%
if show.section(ledgers.with_rows(need.levers.frame), **need.section("Levers")):
    show.chart(need.levers, **need.drawn("Levers"))

# %% [markdown]
# ### Components
#
# How often each component mattered in these cases.

# %%
if show.section(ledgers.with_rows(need.components.frame), **need.section("Components")):
    show.table(need.components, **need.drawn("Components"))

# %% [markdown] tags=["chapter-journey"]
# ## Section 4b: Key points in the educational journey
#
# From the age at which a plan starts to what follows when it ends.

# %% [markdown]
# ### Cases, by point in the journey
#
# Of the reviewed cases, those whose needs could have been met elsewhere.

# %%
rows = pick.pick(found, "21.different.phase.{phase}", hidden=True)
by_phase = shares.shares(rows, "phase", labels.labels("phase"), **cases)
line = {"mark": "dot", "y": "share", "low": "low", "high": "high", "order": "labels"}
if show.section(ledgers.with_rows(by_phase.frame), "By phase", needs=("21.different.phase",)):
    show.chart(by_phase, x="phase", **line, title="Cases best met elsewhere, along the journey")
    caption = "Cases best met in a different provision, along the journey"
    show.table(by_phase, caption=caption, columns=["phase", *labels.SHARES])

# %% [markdown]
# ### Age at the start of a plan
#
# A change in the mean age at which plans start, in years.

# %%
if show.section(ledgers, "Age at the start of a plan", needs=("11.age.shift",)):
    age = pick.alike(found, "11.age.shift")
    shift = groups.spread(age, called="Change of the mean age, in years", unit="number", **named)
    show.table(shift, caption="Change of the mean age at the start of a plan, in years")
    show.finding(said.over_areas(shift, "age.shift", labels.AGE, 50))

# %% [markdown]
# ### After the last plan
#
# Of young people whose plan ceased at 16 or over, those who went on to higher education or work.

# %%
if show.section(ledgers, "After the last plan", needs=("11.leaving.post16",)):
    left = pick.alike(found, "11.leaving.post16")
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
# ## Section 5: Key themes and grant expenditure
#
# What areas have in common in what they plan, and what the one-off grant is spent on.

# %% [markdown]
# ### Three common themes
#
# The opportunities that areas have in common. An area may lack any of them.

# %%
themed = labels.labels("theme")
if show.section(ledgers, "Themes", needs=("23.theme",)):
    themes = plans.said_by(found, "23.theme.{theme}", "theme", themed, **few,
                           called="Areas by theme")  # fmt: skip
    show.chart(themes, mark="bar", x="theme", y="count", title="How many areas have each theme")
    show.table(themes, caption="Themes of areas' opportunities")

# %% [markdown]
# ### Beside the principles of the programme
#
# Support in time, and fewer barriers to mainstream: each theme is held against both.

# %%
if show.section(ledgers, "Principles", needs=("23.principle",)):
    tested = plans.principles(found, themed, labels.labels("principle"), **few)
    show.table(tested, caption="Themes beside the two principles")

# %% [markdown]
# ### What areas change
#
# Examples of what areas plan in response to the evidence.

# %%
if show.section(ledgers, "Changes", needs=("31.change",)):
    changes = plans.said_by(found, "31.change.{change}", "change", labels.labels("change"), **few,
                            called="Areas by planned change")  # fmt: skip
    show.table(changes, caption="Changes that areas plan", sort="count")

# %% [markdown]
# ### What it would avoid
#
# An outcome stands beside every sum of money. What is avoided is growth that does not happen.

# %%
if show.section(ledgers, "Growth of spend avoided", needs=("32.growth_avoided",)):
    worth = plans.avoided(found, **few)
    show.finding(said.made(worth, "growth_avoided", labels.AVOIDED, 88, "value",
                           labels.NEAR_HOME, all="All"))  # fmt: skip

# %% [markdown]
# ### What the one-off grant is spent on
#
# Six categories. The interim view had five of them: capital came later.

# %%
if show.section(ledgers, "Grant", needs=("40.grant",)):
    grant = plans.grants(found, labels.catalogue("grant"), **few)
    spent = {"category": [c for c in grant.frame["category"] if c != "All"]}
    show.chart(grant, mark="bar", x="category", y="share", where=spent, title=labels.GRANT,
               cells=said.row(grant, labels.GRANT, category="schools"))  # fmt: skip
    show.table(grant, caption="One-off grants by category, and the interim view")
    show.finding(said.made(grant, "grant.schools", labels.GRANT, 86, "share", labels.GRANT_NOTE,
                           category="schools"))  # fmt: skip

# %% [markdown]
# ### Risks to delivery
#
# What could keep the change from happening. It takes partners who move together, with the people
# to do it.

# %%
if show.section(ledgers, "Risks", needs=("31.risk",)):
    show.table(plans.risks(found, labels.labels("risk"), **few), caption="Risks to delivery")

# %% [markdown]
# ### What areas thought of the support
#
# Ratings and training, and a few words from each role.

# %%
if show.section(ledgers, "Ratings", needs=("40.satisfaction",)):
    ratings = engaged.satisfaction(found, labels.labels("satisfaction"), **few)
    show.table(ratings, caption="Ratings of the support received")
    if engaged.is_good(ratings):
        show.sentence(labels.RATED)

# %% [markdown]
# Training, module by module.

# %%
if show.section(ledgers, "Training", needs=("00.training",)):
    trained = engaged.training(found, labels.labels("training_module"),
                               labels.labels("training_measure"), **few)  # fmt: skip
    show.chart(trained, mark="bar", x="measure", y="share", facet="module", order="labels",
               title="Training rated good or better, by module")  # fmt: skip
    show.table(trained, caption="Training rated good, very good or exceptional")

# %% [markdown]
# In their own words.

# %%
quotes = quoted.by_role(found, areas, labels.labels("role"), cited)
if show.section(ledgers.with_rows(quotes.frame), "Quotations", needs=("22.quote",)):
    show.table(quotes, caption="In their own words", columns=["who", "words"])

# %% [markdown] tags=["chapter-next"]
# ## Section 6: Next steps
#
# 1. Each area reads its own figures beside these, and asks two areas of its kind what lies behind
#    a difference before calling it a problem.
# 2. Areas that are missing are run again, and this report with them.
# 3. Areas with published statistics alone add their SEN2 return and case reviews: the chapters
#    that are left out need them.
# 4. What is planned is followed: a forecast made now is held against the next census.

# %% [markdown] tags=["chapter-appendix"]
# ## Section 7: Appendix
#
# How this was made, and what it cannot say. An association between two figures of areas says
# nothing of a child, and is never a cause. Areas chose to take part, or were chosen: they need not
# stand for England.

# %%
show.table(context.members(areas, cited), caption="Areas that are in")
show.sentence(weigh.WEIGHTS[heavy])
show.sentence(labels.MINIMUM, areas=str(minimum_areas))

# %% [markdown]
# ### Areas that are not in every figure
#
# Figures are put together only where areas speak of the same time. A release withholds or lacks
# some, and an area hides what would point at a child. Each area stands here with what that
# leaves out.

# %%
apart = context.apart(found, inside, minimum_areas, cited)
if show.section(ledgers.with_rows(apart.frame), "Areas that are not in every figure"):
    show.table(apart, caption="Areas that are not in every figure")

# %% [markdown]
# ### What too few areas support
#
# Findings that a report over many areas can hold, which fewer areas than that have found so far.

# %%
rare = labels.too_few(found, minimum_areas)
if len(rare):
    show.table(context.gaps(rare, cited), caption="Not printed, since too few areas have it")

# %% [markdown]
# ### The catalogue of components
#
# All seventeen by name, those too that too few areas scored. An area adds others of its own.

# %%
show.table(views.listed(labels.catalogue("component")), caption="Components of a local system")

# %% [markdown] tags=["chapter-waves"]
# ## Waves and regions compared
#
# The same figures, group by group: for networks that discuss practice. Half of the areas of a
# group lie between the two columns on the right, so groups overlap more than their means suggest.

# %%
parts = {"mark": "dot", "x": "group", "y": "mean", "low": "low", "high": "high"}
parts |= {"order": "labels"}
if show.section(ledgers, "Growth by group", needs=("10.growth.plans",)):
    show.chart(growth, **parts, title="Growth of EHC plans by group of areas")
    show.table(growth, caption="Growth of EHC plans")

# %% [markdown]
# How long plans take, group by group.

# %%
if show.section(ledgers, "Plans on time by group", needs=("12.timeliness.verdict",)):
    show.chart(on_time, **parts, title="New plans within 20 weeks by group of areas")
    show.table(on_time, caption="New plans within 20 weeks")

# %% [markdown]
# What lies ahead, group by group.

# %%
if show.section(ledgers, "Forecast by group", needs=("13.plans.unmitigated",)):
    show.chart(by_group, **parts, title="Growth that is forecast, by group of areas")
    show.table(by_group, caption="Growth of EHC plans that is forecast")

# %% [markdown]
# Reviewed cases best met in a different provision, group by group.

# %%
if show.section(ledgers, "Different provision by group", needs=("21.different.all",)):
    rates = shares.rates(pick.pick(found, "21.different.all.{cut}"))
    moved = groups.spread(rates, called="Best met elsewhere", unit="%", **named)
    show.chart(moved, **parts, title="Cases best met elsewhere, by group of areas")
    show.table(moved, caption="Cases whose needs could have been met in a different provision")

# %% [markdown]
# What areas change, group by group: whom to ask about practice.

# %%
if show.section(ledgers, "Changes by group", needs=("31.change",)):
    practice = plans.said_in(found, inside, "31.change.{change}", "change", labels.labels("change"),
                             **few, called="Areas by planned change and group")  # fmt: skip
    told = ["change", "group", "share"]
    show.table(practice, caption="Changes that areas plan", columns=told, across="group")
