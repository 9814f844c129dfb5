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
#     number: '11'
#     question: Which children, needs, places and costs make the caseload grow?
#     stage: Module 1
#     title: Patterns
# ---

# %% [markdown]
# # Patterns
#
# **Question.** Which children, needs, places and costs make the caseload grow?
#
# **Why.** The totals say that something changed; the patterns say for whom. Each section asks
# one question and ends in a number to take to a case review, a school or a service. A pattern
# is where to ask, never by itself a cause, and never a reason to meet a need less.
#
# **Uses** the published statistics of every area; with the area's own SEN2 return and files of
# the data schedule, all of it. What is missing is named where it would stand.

# %% tags=["parameters"]
area_folder: str = "demo"  # an area's folder, or the fictional one that ships
interactive: bool = True  # False when run by papermill

# %% [markdown] tags=["analyst"]
# Open the area. Its files are read once, checked, and kept in its private folder.

# %%
from toolkit import show
from toolkit.diagnose import age_shift, caseload, characteristics, comparators, demography
from toolkit.diagnose import flows, leaving, localities, needs, queues, reviews, services
from toolkit.diagnose import starts, timeliness, topics
from toolkit.diagnose.comparators import ENGLAND
from toolkit.intake.store import open_area

area = open_area(area_folder)
code, labels, tier = area.settings.la_code, area.labels, area.tier
local, cited = tier == "local", area.cited

# %% [markdown] tags=["analyst"]
# The records that several sections share. Without own records they are empty.

# %%
plans, censuses = area.table_or_empty("plans"), area.table_or_empty("censuses")
own = caseload.stock(plans, area.table_or_empty("placements"), censuses)
began, ended = flows.started(plans, censuses), flows.ceased(plans, censuses)
given = {n: area.published(n) for n in topics.TABLES if area.has(f"published:{n}")}
elsewhere = "published:population"
everyone = "population" if local and not area.has(elsewhere) else elsewhere
everyone = "population" if area.has("population") else everyone
counted = area.table_or_empty("population")
if everyone == elsewhere and area.has(elsewhere):
    counted = demography.people_of(area.published("population"), code)

# %% [markdown] tags=["analyst"]
# Published figures of this area that look wrong in the release itself are named first.

# %%
totals = comparators.totals(area.published_or_empty("caseload"))
odd = [] if local else comparators.doubtful_years(totals, code)
if odd:
    show.sentence(topics.caution(odd))

# %% [markdown]
# ## How old are children when their plan starts?
#
# A peak at one age tells at which step of education the support without a plan is no longer
# enough, or not trusted.

# %%
on_new = ("plans",) if local else ("published:ees_new_plans",)
listed = given.get("ees_new_plans")
new = starts.counted(began) if local else starts.published(listed, code)
has_new = show.section(area, "Age at the start of a plan", needs=on_new) and len(new) > 0
if has_new:
    by_age = starts.by_age(new, counted, tier, cited(*on_new))
    y = "rate" if starts.has_rates(by_age) else "starts"
    title, cells = starts.told_peaks(by_age)
    grid = {"mark": "heatmap", "x": "calendar_year", "colour": "age"}
    show.chart(by_age, **grid, y=y, title=title, cells=cells)

# %% [markdown]
# ### Has the age at the start shifted?
#
# Few plans start at each age in a year, so most differences between years are chance. The test
# says whether the one from the first year to the last is more.

# %%
if has_new:
    yearly = age_shift.by_year(new, tier, cited(*on_new))
    shifted = age_shift.shift(new, tier, cited(*on_new))
    caption = "Age at the start of a plan, by calendar year"
    show.table(yearly, caption=caption, columns=age_shift.SHOWN)
    if found := age_shift.finding(shifted):
        first, last = new["calendar_year"].min(), new["calendar_year"].max()
        show.finding(topics.careful(found, odd, first + 1, last + 1))
    show.table(shifted, caption="The test of the shift", columns=age_shift.TEST)

# %% [markdown]
# ### Beside England
#
# The same three stages of life, in the latest year that both have.

# %%
both = (*on_new, "published:ees_new_plans")
if has_new and show.section(area, "Age at the start beside England", needs=both):
    england = starts.published(listed, ENGLAND)
    beside = starts.beside(new, england, tier, cited(*both))
    show.table(beside, caption="New plans by age at the start, here and in England")

# %% [markdown]
# ## What are the plans for?
#
# The primary need as recorded in the plan. A need that is not recorded has a row of its own, so
# that the needs add up to all plans.

# %%
if local and show.section(area, "Primary need", needs=("plans",)):
    by_need = caseload.plans_by(own, "primary_need", sources=cited("plans"), labels=labels)
    grown = caseload.change_by(by_need, "primary_need", *caseload.span(by_need))
    title, cells = needs.told_growth(grown)
    grid = {"mark": "heatmap", "x": "year", "colour": "primary_need"}
    show.chart(needs.shares(by_need), **grid, y="share", title=title, cells=cells)
    show.table(grown, caption="EHC plans by primary need", columns=needs.GROWTH, sort="change")
    show.finding(needs.growth_finding(grown))

# %% [markdown] tags=["analyst"]
# The need of new plans: what plans start for now is what most plans will be for in a few years.

# %%
if local and len(began):
    mix = needs.own_mix(began, "calendar_year")
    fresh = needs.new_plans(mix, tier, cited("plans"), labels)
    title, cells = needs.told_new(fresh)
    grid = {"mark": "heatmap", "x": "calendar_year", "colour": "primary_need"}
    show.chart(fresh, **grid, y="share", title=title, cells=cells)

# %% [markdown] tags=["analyst"]
# From published statistics: the mix of all plans and of new plans, beside England.

# %%
on_needs, has_mixes = ("published:ees_need_stock", "published:ees_need_new"), False
if not local and show.section(area, "Primary need", needs=on_needs):
    stock, fresh = given["ees_need_stock"], given["ees_need_new"]
    mixes = needs.published_mix(stock, code), needs.published_mix(fresh, code)
    if has_mixes := all(len(mix) for mix in mixes):
        made = needs.beside(*mixes, needs.published_mix(stock, ENGLAND), cited(*on_needs), labels)
        title, cells = needs.told_beside(made)
        show.sentence(title, **cells)
        note = "Published statistics tell the latest mix of need, not its growth."
        shown = {"columns": needs.BESIDE, "sort": "plans", "note": note}
        show.table(made, caption="Plans by primary need", **shown)

# %% [markdown] tags=["analyst"]
# The need that new plans lean to most, with the range that chance leaves.

# %%
if has_mixes and (found := needs.leaning(made)):
    show.finding(topics.careful(found, odd, mixes[0]["year"].max()))

# %% [markdown]
# ## More children, or more of them with a plan?
#
# Growth is split at every age: what goes with the number of children and young people, and what
# goes with the share of them who have a plan. The two add up.

# %%
on_ages = "plans" if local else "published:ees_caseload"
by_caseload = given.get("ees_caseload")
ages = demography.own_ages(own) if local else demography.published_ages(by_caseload, code)
splits = len(demography.years_with_people(ages, counted)) > 1
if show.section(area, "Population or rate", needs=(on_ages, everyone)) and splits:
    parts = demography.split(ages, counted, tier, cited(on_ages, everyone))
    title, where = "What the growth in plans goes with", {"age_group": "All"}
    show.chart(parts, mark="waterfall", steps=demography.STEPS, where=where, title=title)
    show.table(parts, caption=f"{title}, by age", columns=demography.SHOWN)
    show.finding(demography.finding(parts))

# %% [markdown] tags=["analyst"]
# Plans per 1,000 people of an age, each January; without a population, the plans alone.

# %%
if splits:
    rates = demography.rates(ages, counted, tier, cited(on_ages, everyone))
    title, grid = "EHC plans per 1,000 people, by age", {"mark": "heatmap", "x": "year"}
    show.chart(rates, **grid, colour="age_group", y="rate", title=title)
elif ages["year"].nunique() > 1:
    groups = demography.by_group(ages, tier, cited(on_ages))
    grown = caseload.change_by(groups, "age_group", *caseload.span(groups))
    care = topics.caution(odd, *caseload.span(groups))
    show.table(grown, caption="EHC plans by age", columns=demography.GROWTH, note=care)

# %% [markdown]
# ### Who has a plan
#
# A share of plans is no rate: no population by sex, ethnicity or deprivation is held. A share
# that changes, or that differs much, is where to ask whether a group is missed or met late.

# %%
described = characteristics.described(own, plans)
names, traits = characteristics.LABELS, characteristics.held(described)
for trait in traits:
    split = caseload.plans_by(described, trait, sources=cited("plans"), labels=names)
    changed = caseload.change_by(split, trait, *caseload.span(split))
    caption = f"EHC plans by {characteristics.NAMES[trait]}"
    show.table(changed, caption=caption, columns=characteristics.SHOWN)

# %% [markdown] tags=["analyst"]
# From published statistics, the latest January beside England.

# %%
for topic, trait in ({} if local else characteristics.TOPICS).items():
    here = characteristics.published(by_caseload, code, topic)
    there = characteristics.published(by_caseload, ENGLAND, topic)
    if len(here):
        beside = characteristics.beside(here, there, trait, cited("published:ees_caseload"))
        caption = f"EHC plans by {characteristics.NAMES[trait]}, here and in England"
        show.table(beside, caption=caption, note=topics.caution(odd, here["year"].max()))

# %% [markdown]
# ## Where are the children placed?
#
# The share of all plans in each provision; each January adds up to 100%. Placements that are not
# recorded have a row of their own. The DfE's collection changed in 2023: a step from 2022 to
# 2023 may come from that alone.

# %%
on_mix = ("plans", "placements", "provisions") if local else ("published:caseload",)
if show.section(area, "Mix of provision", needs=on_mix):
    released = area.published_or_empty("caseload")
    by_place = caseload.published_plans(released, code, cited(*on_mix), labels=labels)
    if local:
        by_place = caseload.plans_by(own, "provision", sources=cited(*on_mix), labels=labels)
    moved = caseload.change_by(by_place, "provision", *caseload.span(by_place))
    title, cells = caseload.biggest_move(moved)
    grid = {"mark": "heatmap", "x": "year", "colour": "provision"}
    show.chart(caseload.shares(by_place), **grid, y="share", title=title, cells=cells)
    caption, care = "Change of the mix of provision", topics.caution(odd, *caseload.span(by_place))
    show.table(moved, caption=caption, columns=caseload.MIX, note=care)

# %% [markdown]
# ## Are plans issued on time?
#
# A plan is due within 20 weeks of the request, unless a statutory exception applies. The share is
# given without the exceptions and with them, since more exceptions alone can make it look better.

# %%
issued = timeliness.issued(area.table_or_empty("requests"), censuses)
times = given.get("ees_timeliness")
weeks = timeliness.counted(issued) if local else timeliness.published(times, code)
on_time = "requests" if local else "published:ees_timeliness"
has_weeks = show.section(area, "Plans within 20 weeks", needs=(on_time,)) and len(weeks) > 0
if has_weeks:
    england = timeliness.published(times, ENGLAND)
    in_time = timeliness.by_year(weeks, england, tier, cited(on_time, "published:ees_timeliness"))
    title, cells = timeliness.told(in_time)
    line = {"mark": "line", "x": "calendar_year", "y": "share_without_on_time"}
    show.chart(in_time, **line, title=title, cells=cells)

# %% [markdown] tags=["analyst"]
# The counts behind the shares, and how England did.

# %%
if has_weeks:
    caption = "EHC plans issued within 20 weeks, by calendar year"
    show.table(in_time, caption=caption, columns=timeliness.SHOWN)
    if found := timeliness.finding(in_time):
        show.finding(topics.careful(found, odd, weeks["calendar_year"].max() + 1))

# %% [markdown]
# ### Who is still waiting
#
# Cases that are still open are the queue: they are in no share of plans on time until they
# close, so a share can rise while the queue grows.

# %%
if local and show.section(area, "Requests still open", needs=("requests",)):
    queue = queues.at_census(area.table("requests"), censuses, cited("requests"))
    title, cells = queues.told(queue)
    stack = {"mark": "stacked", "x": "year", "colour": "waiting"}
    show.chart(queue, **stack, y="people", title=title, cells=cells)

# %% [markdown] tags=["analyst"]
# From published statistics, what each year left without a decision.

# %%
asked = ("published:ees_requests", "published:ees_assessments")
if not local and show.section(area, "Requests without a decision", needs=asked):
    tables = given["ees_requests"], given["ees_assessments"]
    left = queues.published(*tables, code, cited(*asked))
    show.table(left, caption="Requests and assessments without a decision at the end of the year")

# %% [markdown]
# ## Are plans reviewed every year?
#
# A plan is reviewed at least every 12 months, and the decision is due within four weeks of the
# meeting. A plan that is not reviewed may no longer fit the child.

# %%
if local and show.section(area, "Annual reviews", needs=("plans", "reviews")):
    met, on_reviews = area.table("reviews"), cited("plans", "reviews")
    within = reviews.within_year(own, plans, met, censuses, on_reviews)
    decided = reviews.decided_in_time(met, censuses, on_reviews)
    show.table(within, caption="Plans reviewed within 12 months", columns=reviews.YEARLY)
    show.table(decided, caption="Decisions within four weeks", columns=reviews.DECIDED)
    if len(within.frame):
        show.finding(reviews.finding(within))

# %% [markdown] tags=["analyst"]
# From published statistics, the latest year beside England.

# %%
if not local and show.section(area, "Annual reviews", needs=("published:ees_reviews",)):
    held = reviews.published(given["ees_reviews"], code, ENGLAND, cited("published:ees_reviews"))
    title, cells = reviews.told_published(held)
    show.sentence(title, **cells)
    show.table(held, caption="Annual reviews in time, here and in England")

# %% [markdown]
# ## Where do young people go after their plan?
#
# Why plans cease at 16 and over. Further education goes on with a plan, so it cannot be seen
# here: look at the post-16 placements above.

# %%
stops, on_leaving = given.get("ees_ceased"), ("plans",) if local else ("published:ees_ceased",)
gone = leaving.own(ended) if local else leaving.published(stops, code)
if show.section(area, "After 16", needs=on_leaving) and len(gone):
    england, sources = leaving.published(stops, ENGLAND), cited(*on_leaving)
    by_end = leaving.by_destination(gone, england, tier, sources)
    on = leaving.moved_on(gone, tier, sources)
    title, cells = leaving.told(on)
    show.table(by_end, caption="Why plans ceased at 16 and over", columns=leaving.SHOWN)
    if found := leaving.finding(on):
        show.finding(topics.careful(found, odd, gone["calendar_year"].max() + 1))
    else:
        show.sentence(title, **cells)

# %% [markdown]
# ## Which localities?
#
# The same questions for each locality. The localities, "Not recorded" among them, add up to the
# area. No population by locality is held, so these are numbers and shares, not rates.

# %%
if show.section(area, "Localities", needs=("plans",)) and localities.are_held(plans):
    in_each = localities.plans_in(own, cited("plans"))
    title, cells = localities.told(in_each)
    show.sentence(title, **cells)
    show.table(in_each, caption="EHC plans by locality", columns=localities.SHOWN)
    needed = localities.needs_in(own, cited("plans"), labels)
    grid = {"mark": "heatmap", "x": "locality", "colour": "primary_need", "y": "share"}
    show.chart(needed, **grid, title="Primary need in each locality")

# %% [markdown]
# Neither the age at which support comes nor how long a plan takes should depend on where a family
# lives.

# %%
if localities.are_held(plans) and len(began):
    fresh = localities.starts_in(began, cited("plans"))
    show.table(fresh, caption="New plans by locality", columns=localities.STARTS)
if localities.are_held(plans) and len(issued):
    prompt = localities.on_time_in(issued, plans, cited("plans", "requests"))
    show.table(prompt, caption="Plans within 20 weeks by locality, exceptions left out")

# %% [markdown]
# ## How are support services used, and what do they achieve?
#
# A service that is full turns children away; one that is not known to be full may do so unseen.
# Unknown stays unknown.

# %%
if show.section(area, "Support services", needs=("services",)):
    served, on_services = area.table("services"), cited("services")
    last = services.latest_year(served)
    used = services.in_year(services.utilisation(served, on_services), last)
    title, cells = services.told(used)
    show.sentence(title, **cells)
    show.table(used, caption="Demand, capacity and utilisation", sort="utilisation")

# %% [markdown] tags=["analyst"]
# Effect and reach: how often the agreed outcome was met, beside how many people were reached.

# %%
if area.has("services"):
    effect = services.effectiveness(served, last, on_services)
    title, cells = services.told_effectiveness(effect)
    points = {"mark": "scatter", "x": "reach", "y": "rate", "colour": "service"}
    show.chart(effect, **points, title=title, cells=cells)
    show.table(effect, caption="Outcomes met, by service", columns=services.SHOWN, sort="rate")

# %% [markdown]
# ## What to do next
#
# 1. Take the age, the need and the provision that add most to the steering group: for each, ask
#    which children, since when, and what support they had before.
# 2. Put the cohorts at the top of the ranking to the case reviews (notebook 21).
# 3. Set the figures beside areas like this one in notebook 12, and ahead in notebook 13.
# 4. Fill what was left out: each note above names the file.
