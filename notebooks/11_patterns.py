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
locality: str = ""  # one of the area's localities, to be set beside the rest of the area

# %% [markdown] tags=["analyst"]
# Open the area. Its files are read once, checked, and kept in its private folder.

# %%
from toolkit import show
from toolkit.diagnose import age_shift, caseload, characteristics, comparators, demography, january
from toolkit.diagnose import flows, in_locality, leaving, localities
from toolkit.diagnose import locality_asked, locality_costs, locality_sides, locality_told
from toolkit.diagnose import need_growth, need_mix, needs, parts, recorded
from toolkit.diagnose import queues, reviews, service_effects, services, starts, timeliness, topics
from toolkit.diagnose.comparators import ENGLAND
from toolkit.intake.store import open_area

area = open_area(area_folder)
code, labels, tier = area.settings.la_code, area.labels, area.tier
local, cited = tier == "local", area.cited

# %% [markdown] tags=["analyst"]
# The functions of costs, variation and cohorts.

# %%
from toolkit.diagnose import cohort_money, cohorts, cost_parts, sampling, shortlist, spend
from toolkit.diagnose import top_up_drift, top_ups, variation, variation_cases
from toolkit.diagnose import variation_months, variation_summary
from toolkit.publish import private

# %% [markdown] tags=["analyst"]
# The records that several sections share. Without own records they are empty.

# %%
plans, censuses = area.table_or_empty("plans"), area.table_or_empty("censuses")
place = locality_asked.chosen(plans, locality)
earlier = area.table_or_empty("earlier_needs")
own = january.stock(plans, area.table_or_empty("placements"), censuses, earlier)
began = flows.started(recorded.at_first(plans, earlier), censuses)
ended = flows.ceased(plans, censuses)

# %% [markdown] tags=["analyst"]
# What is published of the area, and the population that rates are of.

# %%
dfe = {n: area.published(n) for n in topics.TABLES if area.has(f"published:{n}")}
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
listed = dfe.get("ees_new_plans")
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
    caption = "Age at the start of a plan, by calendar year"
    yearly = age_shift.by_year(new, tier, cited(*on_new))
    show.table(yearly, caption=caption, columns=age_shift.SHOWN)
if has_new and len(yearly.frame) > 1:
    shifted = age_shift.shift(new, tier, cited(*on_new))
    first, last = new["calendar_year"].min(), new["calendar_year"].max()
    if found := age_shift.finding(shifted):
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
    grown = parts.over_time(by_need, "primary_need")
    title, cells = need_growth.told_growth(grown)
    grid = {"mark": "heatmap", "x": "year", "colour": "primary_need"}
    mixed = needs.shares(by_need)
    show.chart(mixed, **grid, y="share", title=title, cells=cells)
    columns, note = parts.shown(grown, need_growth.GROWTH), need_growth.AS_RECORDED
    show.table(grown, caption="EHC plans by primary need", columns=columns, note=note)
    latest = needs.counted(mixed, year=mixed.frame["year"].max())
    for found in (*need_growth.growth_finding(grown), *latest):
        show.finding(found)

# %% [markdown] tags=["analyst"]
# The need of new plans: what plans start for now is what most plans will be for in a few years.

# %%
if local and len(began):
    mix = needs.own_mix(began, "calendar_year")
    fresh = needs.new_plans(needs.folded(mix), tier, cited("plans"), labels)
    title, cells = needs.told_new(fresh)
    grid = {"mark": "heatmap", "x": "calendar_year", "colour": "primary_need"}
    if cells:
        show.chart(fresh, **grid, y="share", title=title, cells=cells)
    else:
        show.sentence(title)

# %% [markdown] tags=["analyst"]
# From published statistics: the mix of all plans and of new plans, beside England.

# %%
on_needs, has_mixes = ("published:ees_need_stock", "published:ees_need_new"), False
if not local and show.section(area, "Primary need", needs=on_needs):
    mixes = need_mix.published(dfe["ees_need_stock"], dfe["ees_need_new"], code)
    if has_mixes := len(mixes[0]) > 0:
        made = need_mix.beside(*mixes, cited(*on_needs), labels)
        said, cells = need_mix.told(made)
        if said:
            show.sentence(said, **cells)
        note = f"{need_mix.note(made)} {topics.caution(odd, mixes[0]['year'].max())}".strip()
        shown = {"columns": need_mix.shown(made), "sort": "plans", "note": note}
        show.table(made, caption="Plans by primary need", **shown)

# %% [markdown] tags=["analyst"]
# The need that new plans lean to most, with the range that chance leaves, and the most common.

# %%
if has_mixes:
    for found in (*need_mix.leaning(made), *needs.counted(made)):
        show.finding(topics.careful(found, odd, mixes[0]["year"].max()))

# %% [markdown]
# ## More children, or more of them with a plan?
#
# Growth is split at every age: what goes with the number of children and young people, and what
# goes with the share of them who have a plan. The two add up.

# %%
on_ages = "plans" if local else "published:ees_caseload"
by_caseload = dfe.get("ees_caseload")
ages = demography.own_ages(own) if local else demography.published_ages(by_caseload, code)
splits = len(demography.years_with_people(ages, counted)) > 1
if show.section(area, "Population or rate", needs=(on_ages, everyone)) and splits:
    split = demography.split(ages, counted, tier, cited(on_ages, everyone))
    title, where = "What the growth in plans goes with", {"age_group": "All"}
    show.chart(split, mark="waterfall", steps=demography.STEPS, where=where, title=title)
    show.table(split, caption=f"{title}, by age", columns=demography.SHOWN)
    show.finding(demography.finding(split))

# %% [markdown] tags=["analyst"]
# Plans per 1,000 people of an age, each January; without a population, the plans alone.

# %%
if splits:
    rates = demography.rates(ages, counted, tier, cited(on_ages, everyone))
    title, grid = "EHC plans per 1,000 people, by age", {"mark": "heatmap", "x": "year"}
    show.chart(rates, **grid, colour="age_group", y="rate", title=title)
elif len(ages):
    groups = demography.by_group(ages, tier, cited(on_ages))
    measured, care = parts.sound(groups, odd)
    grown = parts.over_time(measured, "age_group")
    columns = parts.shown(grown, demography.GROWTH)
    show.table(grown, caption="EHC plans by age", columns=columns, note=care)

# %% [markdown]
# ### Who has a plan
#
# A share of plans is no rate: no population by sex, ethnicity or deprivation is held. A share
# that changes, or that differs much, is where to ask whether a group is missed or met late.

# %%
described = characteristics.described(own, plans)
names, traits = characteristics.LABELS, characteristics.held(described)
for trait in traits:
    by_trait = caseload.plans_by(described, trait, sources=cited("plans"), labels=names)
    changed, caption = (
        parts.over_time(by_trait, trait),
        f"EHC plans by {characteristics.NAMES[trait]}",
    )
    show.table(changed, caption=caption, columns=parts.shown(changed, characteristics.SHOWN))

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
    grid = {"mark": "heatmap", "x": "year", "colour": "provision", "y": "share"}
    title = "Share of EHC plans in each provision"
    show.chart(caseload.shares(by_place), **grid, title=title)

# %% [markdown] tags=["analyst"]
# What the mix was in the first January and the last.

# %%
if area.has(*on_mix) and len(by_place.frame):
    measured, care = parts.sound(by_place, odd)
    moved = parts.over_time(measured, "provision")
    if not local:
        ends = caseload.span(by_place)
        care = f"{care} {topics.without_mix(totals, code, ends[1])}".strip()
    if parts.grows(moved):
        title, cells = caseload.biggest_move(moved)
        show.sentence(title, **cells)
    columns = parts.shown(moved, caseload.MIX)
    show.table(moved, caption="EHC plans by provision", columns=columns, note=care)

# %% [markdown]
# ## What is a placement made of?
#
# A placement is paid for in parts: place funding (core), a top-up for the child, and fees or
# therapies. They add up to the unit cost. Which part is large says where to look.

# %%
finance = ("plans", "placement_costs", "provisions")
if show.section(area, "What a placement is made of", needs=finance):
    spent = spend.placement_spend(area.table("placement_costs"), own)
    costs = spend.unit_costs(spent, by_place, cited("plans", "placement_costs"))
    unit = spend.closed_years(costs, area.table_or_empty("spend_lines"))
priced = area.has(*finance) and len(unit.frame) > 0
if priced:
    made_of, (first, last) = cost_parts.parts(unit, spent), spend.span(unit)
    sentence, cells = cost_parts.told(made_of)
    show.sentence(sentence, **cells)

# %% [markdown] tags=["analyst"]
# The parts year by year, and in each provision in the latest year.

# %%
if priced:
    stacked, every = cost_parts.stack(made_of), {"provision": "All"}
    x, title = "financial_year", "What one plan costs in a year, part by part"
    show.chart(stacked, mark="stacked", x=x, y="amount", colour="part", where=every, title=title)
    latest, caption = spend.in_year(made_of, last), "Parts of the unit cost by provision"
    show.table(latest, caption=caption, columns=cost_parts.SHOWN)

# %% [markdown]
# ### Places paid for and not filled
#
# A place is paid for whether a child is in it or not. Empty places make those that are filled
# dearer; a provider over its number makes them look cheap.

# %%
if show.section(area, "Places paid for and not filled", needs=("places",)):
    paid_for = cost_parts.places(area.table("places"), cited("places"), labels)
    caption = "What commissioned places cost, for each place and each child"
    show.table(paid_for, caption=caption, columns=cost_parts.PLACES_SHOWN)

# %% [markdown]
# ## Why did top-ups change?
#
# Top-ups rise because more children have one, because children are in higher bands, or because
# the same band pays more. The three add up to the change, to the pound.

# %%
on_costs = cited("plans", "placement_costs")
if show.section(area, "Why top-ups changed", needs=finance) and priced:
    paid = top_ups.funded(area.table("placement_costs"), plans, last)
    averages = top_ups.by(paid, "provision", sources=on_costs, labels=labels)
    parted = top_ups.split(averages, paid, first, last)
    title, cells = top_ups.told(parted)
    chart = {"mark": "waterfall", "steps": top_ups.STEPS, "where": {"provision": "All"}}
    show.chart(parted, **chart, title=title, cells=cells)
    show.table(parted, caption="Why top-ups changed, by provision", columns=top_ups.SHOWN)
    show.finding(top_ups.finding(parted))

# %% [markdown]
# ### The mix of bands
#
# A share that moves to higher bands may mean greater need, or a system in which more need has to
# be shown before help comes. The figures cannot tell which; the case reviews can.

# %%
if show.section(area, "The mix of bands", needs=finance) and priced:
    by_band = top_ups.by(paid, "band", sources=on_costs, labels=labels)
    title = "Share of placements with a top-up in each band"
    show.chart(by_band, mark="line", x="financial_year", y="share", facet="band", title=title)
    for name, averaged in (
        ("band", by_band),
        ("need", top_ups.by(paid, "primary_need", sources=on_costs, labels=labels)),
    ):
        ends, caption = top_ups.at_ends(averaged, first, last), f"Top-up for a full year, by {name}"
        show.table(ends, caption=caption, columns=("funded", "average"), across="financial_year")

# %% [markdown]
# ### Top-ups and inflation
#
# Where the price within a band has grown less than prices in general, a band buys less support
# than it did.

# %%
if show.section(area, "Top-ups and inflation", needs=(*finance, "deflators")) and priced:
    drifted = top_up_drift.drift(parted, area.table("deflators"), first, last)
    sentence, cells = top_up_drift.told_drift(drifted)
    show.sentence(sentence, **cells)
    caption = "Growth of the top-up for a full year, and inflation"
    show.table(drifted, caption=caption, columns=top_up_drift.SHOWN)
    real = top_up_drift.real_terms(averages, area.table("deflators"))
    caption = "Top-up for a full year of all children, in cash and in real terms"
    show.table(top_up_drift.whole_area(real), caption=caption, columns=("average", "real"))

# %% [markdown]
# ## Are plans issued on time?
#
# A plan is due within 20 weeks of the request, unless a statutory exception applies. The share is
# given without the exceptions and with them, since more exceptions alone can make it look better.

# %%
issued = timeliness.issued(area.table_or_empty("requests"), censuses)
times = dfe.get("ees_timeliness")
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
    tables = dfe["ees_requests"], dfe["ees_assessments"]
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
    held = reviews.published(dfe["ees_reviews"], code, ENGLAND, cited("published:ees_reviews"))
    title, cells = reviews.told_published(held)
    show.sentence(title, **cells)
    show.table(held, caption="Annual reviews in time, here and in England")

# %% [markdown]
# ## Where do young people go after their plan?
#
# Why plans cease at 16 and over. Further education goes on with a plan, so it cannot be seen
# here: look at the post-16 placements above.

# %%
stops, on_leaving = dfe.get("ees_ceased"), ("plans",) if local else ("published:ees_ceased",)
gone = leaving.own(ended) if local else leaving.published(stops, code)
if show.section(area, "After 16", needs=on_leaving) and len(gone):
    england, sources = leaving.published(stops, ENGLAND), cited(*on_leaving)
    by_end = leaving.by_destination(gone, england, tier, sources)
    columns = parts.shown(by_end, leaving.SHOWN)
    show.table(by_end, caption="Why plans ceased at 16 and over", columns=columns)

# %% [markdown] tags=["analyst"]
# How many went on to higher education or paid employment.

# %%
if area.has(*on_leaving) and len(gone):
    on = leaving.moved_on(gone, tier, cited(*on_leaving))
    title, cells = leaving.told(on)
    if found := leaving.finding(on, leaving.doubt(by_end)):
        show.finding(topics.careful(found, odd, gone["calendar_year"].max() + 1))
    else:
        show.sentence(title, **cells)

# %% [markdown]
# ## Which localities?
#
# The same questions for each locality. The localities, "Not recorded" among them, add up to the
# area. No population by locality is held, so these are numbers and shares, not rates.

# %%
has_places = localities.are_held(plans)
on_places = ("plans",) if has_places else ("plans", "postcode_lookup")
if show.section(area, "Localities", needs=on_places) and has_places:
    in_each = localities.plans_in(own, cited("plans"))
    columns = parts.shown(in_each, localities.SHOWN)
    show.table(in_each, caption="EHC plans by locality", columns=columns)
    if parts.grows(in_each):
        title, cells = localities.told(in_each)
        show.sentence(title, **cells)
    needed = localities.needs_in(own, cited("plans"), labels)
    grid = {"mark": "heatmap", "x": "locality", "colour": "primary_need", "y": "share"}
    show.chart(needed, **grid, title="Primary need in each locality")

# %% [markdown]
# ### Age at the start and time taken, by locality
#
# Neither the age at which support comes nor how long a plan takes should depend on where a family
# lives.

# %%
title = "Age at the start and time taken, by locality"
split_up = show.section(area, title, needs=on_places) and has_places
if split_up and len(began):
    fresh = localities.starts_in(began, cited("plans"))
    show.table(fresh, caption="New plans by locality")
if split_up and len(issued):
    prompt = localities.on_time_in(issued, plans, cited("plans", "requests"))
    show.table(prompt, caption="Plans within 20 weeks by locality, exceptions left out")

# %% [markdown]
# ### One locality beside the rest of the area
#
# The rest is every other locality, with what has no locality recorded: the two add up to the
# area. A larger share than the locality's share of all plans is where to ask why.

# %%
beside = locality_asked.has_enough(own, place)
if beside:
    each = in_locality.by_year(own, place, cited("plans"))
    caption, columns = f"In {place}: EHC plans each January", in_locality.SHOWN
    show.table(each, caption=caption, columns=columns)
    if found := locality_told.finding(each, place):
        show.finding(found)
elif place:
    show.sentence(locality_asked.TOO_FEW, locality=place)

# %% [markdown] tags=["analyst"]
# The latest January's plans by need, provision and age.

# %%
for trait, what in (in_locality.held(own) if beside else {}).items():
    split_by = in_locality.plans_by(own, trait, place, cited("plans"), labels)
    title, cells = locality_told.told(split_by, trait, place)
    show.sentence(title, **cells)
    caption = f"In {place}: EHC plans by {what}"
    show.table(split_by, caption=caption, columns=in_locality.SHOWN)

# %% [markdown] tags=["analyst"]
# New plans, year by year.

# %%
if beside and len(began):
    fresh = in_locality.new_plans(began, place, cited("plans"))
    show.table(fresh, caption=f"In {place}: new plans by calendar year", columns=in_locality.SHOWN)

# %% [markdown] tags=["analyst"]
# What came in time: plans within 20 weeks, statutory exceptions left out, and annual reviews.

# %%
timed = []
if beside and len(issued):
    prompt = in_locality.on_time(issued, plans, place, cited("plans", "requests"))
    timed.append((prompt, "plans within 20 weeks, exceptions left out", "Plans within 20 weeks in"))
if beside and area.has("reviews"):
    due = reviews.due(own, plans, area.table("reviews"), censuses)
    prompt = in_locality.reviewed(due, own, place, cited("plans", "reviews"))
    timed.append((prompt, "plans reviewed within 12 months", "Plans reviewed by January"))

# %% [markdown] tags=["analyst"]
# Each year by year; of the latest, whether the difference is more than chance gives.

# %%
for prompt, caption, what in [t for t in timed if len(t[0].frame)]:
    columns = parts.shown(prompt, locality_sides.IN_TIME_SHOWN)
    show.table(prompt, caption=f"In {place}: {caption}", columns=columns)
    sentence, cells = locality_told.told_in_time(prompt, place, what)
    show.sentence(sentence, **cells)

# %% [markdown] tags=["analyst"]
# What a plan costs. A higher cost comes with more plans in special schools before it comes with a
# higher price: read it beside the provisions above.

# %%
if beside and area.has("placement_costs"):
    paid_for = area.table("placement_costs"), area.table_or_empty("spend_lines")
    there = locality_costs.per_plan(*paid_for, own, place, cited("plans", "placement_costs"))
    caption = f"In {place}: what one plan costs"
    show.table(there, caption=caption, columns=locality_costs.SHOWN)

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
# ### After the support
#
# How many of those supported without a plan had one a year later, and what families say of the
# service. A plan after support is no failure where the child needed one. Services with too few
# people are not ranked.

# %%
if area.has("services"):
    converted = service_effects.conversion(served, last, on_services)
    scored = service_effects.survey(served, last, on_services)
    if not len(converted.frame) and not len(scored.frame):
        show.sentence(service_effects.NOT_HELD)

# %% [markdown] tags=["analyst"]
# Each is shown where any service holds it.

# %%
if area.has("services") and len(converted.frame):
    title, cells = service_effects.told(converted)
    show.sentence(title, **cells)
    columns, caption = service_effects.CONVERSION, "A plan within a year of support, by service"
    show.table(converted, caption=caption, columns=columns, sort="rate")
if area.has("services") and len(scored.frame):
    columns, caption = service_effects.SURVEY, "What families say of each service"
    show.table(scored, caption=caption, columns=columns, sort="score")

# %% [markdown]
# ## Where does it vary by more than chance?
#
# Do new plans, and moves out of mainstream schools, happen more in some schools, places or groups
# than chance would have it? Schools, localities and referrers are compared for the same mix of
# age and need.

# %%
followed, on_placed = ("plans", "placements", "provisions"), cited("plans", "placements")
if show.section(area, "Variation", needs=followed):
    schools = variation_cases.school_names(area.table_or_empty("establishments"))
    placed, asked_for = area.table("placements"), area.table_or_empty("requests")
    here = variation_cases.in_mainstream(own, placed, censuses, asked_for)
    fresh = variation_cases.new_plans(here, plans, censuses)
    called = {**labels, "school": schools}
    compared = variation.compare_all(fresh, variation.NEW, on_placed, called)
    varied = variation_summary.summary(compared, variation.NEW, seed=1)

# %% [markdown]
# ### New plans in mainstream schools
#
# Each point is a school. Between the lines is what chance brings; outside the outer lines lies 1
# school in 500 by chance. Drawn are the schools of which six new plans or more were to be
# expected.

# %%
if show.section(area, "New plans in mainstream schools", needs=followed):
    title, cells = variation_summary.told(varied, "school", variation.NEW)
    by_school, limits = variation_summary.fold(compared["school"]), variation.FUNNEL
    drawn = {"school": variation_summary.drawn(by_school)}
    bottom = {"x": "expected", "y": "ratio", "colour": "school", "where": drawn}
    show.chart(by_school, mark="funnel", **bottom, **limits, title=title, cells=cells)
    sentence, cells = variation_summary.told_scatter(varied, "school")
    if sentence:
        show.sentence(sentence, **cells)

# %% [markdown] tags=["analyst"]
# How many units lie outside their limits, and how concentrated new plans are: a fifth of the
# units with the most, and what that fifth would have by chance.

# %%
if area.has(*followed):
    columns, few = variation_summary.SHOWN, variation_summary.concentrated(varied)
    show.table(varied, caption="New plans: how many lie outside their limits", columns=columns)
    columns = variation_summary.PARETO_SHOWN
    show.table(few, caption="New plans: how concentrated they are", columns=columns)
    if found := variation_summary.finding(varied, variation.NEW):
        show.finding(found)
    caption, columns = "New plans, by locality", variation.SHOWN
    show.table(compared["locality"], caption=caption, columns=columns)

# %% [markdown]
# ### Moves out of mainstream schools
#
# Children with a plan who leave a mainstream school for a special, independent or alternative one
# within a year, up to five Januaries together. Need, age and year are set beside all plans: a
# difference there is to be expected, and its size is what to look at.

# %%
moves = variation_cases.moves(here, own) if area.has(*followed) else own
seen = show.section(area, "Moves out of mainstream schools", needs=followed) and len(moves) > 0
if seen:
    moved_out = variation.compare_all(moves, variation.MOVED, on_placed, called)
    outside = variation_summary.summary(moved_out, variation.MOVED, seed=1)
    caption, columns = "Moves out: how many lie outside their limits", variation_summary.SHOWN
    show.table(outside, caption=caption, columns=columns)
    for cut in [c for c in ("locality", "request_source", "year") if c in moved_out]:
        caption = f"Moves out, by {variation_summary.CUTS[cut].lower()}"
        show.table(moved_out[cut], caption=caption, columns=variation.SHOWN)

# %% [markdown] tags=["analyst"]
# Where age and locality meet.

# %%
if seen and has_places:
    cross, what = ("locality", "age_group"), variation.MOVED
    where = variation.rates(moves, *cross, what=what, sources=on_placed, labels=labels)
    title = "Share of plans in mainstream that moved out within a year"
    show.chart(where, mark="heatmap", x="age_group", y="rate", colour="locality", title=title)

# %% [markdown]
# ### Requests: who asked, and when
#
# Requests that were refused, by who asked; and how the work is spread over the year.

# %%
if show.section(area, "Requests: who asked, and when", needs=("requests",)):
    requested, on_asked = area.table("requests"), cited("requests")
    judged = variation_cases.refusals(requested)
    refused = variation.compare(judged, "request_source", variation.REFUSED, on_asked, labels)
    show.table(refused, caption="Assessments refused, by who asked", columns=variation.SHOWN)
    monthly = variation_months.months(requested, on_asked)
    columns = ("base", "events", "ratio", "verdict")
    show.table(monthly, caption="Requests by month of the year", columns=columns)

# %% [markdown]
# ### Areas of interest
#
# All that lies outside its limits and rests on enough children. A name here is a question to the
# people there, who may know the answer, and no verdict on them.

# %%
if show.section(area, "Areas of interest", needs=followed):
    of_interest = {"New plans": compared}
    if seen:
        of_interest["Moves out of mainstream"] = moved_out
    show.table(variation_summary.interest(of_interest), caption="Areas of interest")

# %% [markdown] tags=["analyst"]
# Every school, for the analyst alone.

# %% tags=["analyst"]
if area.has(*followed):
    rows = variation_summary.listed(compared["school"])
    show.sentence(private.keep_table(area, "new_plans_by_school.csv", rows))
if seen:
    rows = variation_summary.listed(moved_out["school"])
    show.sentence(private.keep_table(area, "moves_by_school.csv", rows))

# %% [markdown]
# ## Which cohorts should be looked into?
#
# Plans of one age group, need and provision are a cohort. Cohorts are ranked by how much they
# grew, what they cost, and what they cost above the same need and age elsewhere in the area. The
# last shows where there may be scope to do better; it is no saving, since needs of one name
# differ. Cohorts with fewer than 20 plans are folded into "Other cohorts".

# %%
if show.section(area, "Cohorts to look into", needs=followed):
    ends = caseload.span(caseload.plans_by(own, sources=cited("plans")))
    assigned = cohorts.assign(own, *ends)
    prices = area.table_or_empty("placement_costs")
    paid_year = cohort_money.latest(prices, area.table_or_empty("spend_lines"), ends[1])
    money = cohort_money.spend(prices, assigned, paid_year)
    on_cohorts = cited("plans", "placements", "placement_costs")
    cohort = cohorts.found(assigned, money, ends, paid_year, on_cohorts, labels)
    chosen = shortlist.of(cohort)
    covered = shortlist.coverage(cohort, chosen)

# %% [markdown]
# How much of the caseload the list holds.

# %%
if area.has(*followed):
    if found := shortlist.finding(covered):
        show.finding(found)
    else:
        show.sentence(shortlist.told(covered)[0])

# %% [markdown] tags=["analyst"]
# The list to start from, then all cohorts by growth.

# %%
if area.has(*followed):
    columns = ("plans_last", "reason")
    show.table(chosen, caption="Cohorts to look into first", columns=columns)
    caption, columns = "Cohorts by growth", cohorts.SHOWN
    show.table(cohort, caption=caption, columns=columns, sort="change")

# %% [markdown] tags=["analyst"]
# What one plan costs in a cohort, beside those of the same need and age in other provisions.

# %%
by_spend = (*followed, "placement_costs")
if show.section(area, "Cohorts by spend", needs=by_spend) and len(money):
    columns, caption = cohorts.MONEY_SHOWN, "Cohorts by spend above the same need and age elsewhere"
    show.table(cohort, caption=caption, columns=columns, sort="scope")

# %% [markdown]
# ## Whom should the case reviews and surveys ask about?
#
# From the cohorts to look into, children and young people are drawn at random: some of every
# cohort, more of the larger ones. The list holds pseudonyms and never a name, a birth date, a
# UPN or a postcode. It is kept for the analyst alone, who finds the child in the area's own
# system. The same seed draws the same children.

# %%
if show.section(area, "Sample for case reviews and surveys", needs=followed):
    pool = sampling.frame(assigned, list(chosen.frame["cohort"]), ends[1], plans)
    review_list = sampling.draw(pool, sampling.CASE_REVIEWS, sampling.FEWEST_REVIEWS)
    survey_list = sampling.draw(pool, sampling.SURVEY, sampling.FEWEST_SURVEY)
    samples, named = {"reviews": review_list, "survey": survey_list}, cohort.labels["cohort"]
    precision = sampling.precision(pool, samples, on_placed)
    sentence, cells = sampling.told(precision, "reviews")
    show.sentence(sentence, **cells)
    drawn = sampling.strata(pool, samples, on_placed, named)
    show.table(drawn, caption="Drawn from each cohort")
    show.table(precision, caption="How closely a sample can tell")

# %% [markdown] tags=["analyst"]
# The two lists, for the analyst alone.

# %% tags=["analyst"]
if area.has(*followed):
    kept = sampling.listed(review_list, named)
    show.sentence(private.keep_table(area, "case_review_sample.csv", kept))
    kept = sampling.listed(survey_list, named, "respondent_id", "SV")
    show.sentence(private.keep_table(area, "survey_sample.csv", kept))

# %% [markdown]
# ### Does the sample look like those whom it stands for?
#
# A difference of a few percentage points comes by chance; a large one should be in mind when the
# reviews are read.

# %%
if show.section(area, "The sample beside the cohorts", needs=followed):
    look = sampling.representativeness(pool, review_list, on_placed, "reviews", labels)
    caption = "Case review sample beside the cohorts"
    show.table(look, caption=caption, columns=sampling.SHOWN)

# %% [markdown]
# ## What to do next
#
# 1. Take the age, the need and the provision that add most to the steering group: for each, ask
#    which children, since when, and what support they had before.
# 2. Take the sample to the case reviews (notebook 21) and the surveys (notebook 22).
# 3. Set the figures beside areas like this one in notebook 12, and ahead in notebook 13.
# 4. Fill what was left out: each note above names the file.
