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
#     - published:caseload
#     number: '12'
#     question: Where does this area stand beside England, its region and areas like it?
#     stage: Module 1
#     title: Benchmarking
# ---

# %% [markdown]
# # Benchmarking
#
# **Question.** Where does this area stand beside England, its region and areas like it?
#
# **Why.** A figure that is high for England can be ordinary for an area of its kind, and the
# other way round. So each is tested twice: against England, and against ten statistical
# neighbours. Neither test calls a difference what chance alone explains. High or low is not good
# or bad: it is where to ask what children there receive, and why.
#
# **Uses** published statistics of every area. Each rate says what it rests on, and of which year.

# %% tags=["parameters"]
area_folder: str = "demo"  # an area's folder, or the fictional one that ships
interactive: bool = True  # False when run by papermill

# %% [markdown] tags=["analyst"]
# Open the area, and put together every measure that the published files allow. To compare with
# areas of your own choice, name them under `statistical_neighbours` in `area.toml`.

# %%
from toolkit import reference, show
from toolkit.diagnose import comparators, january, timeliness
from toolkit.diagnose.benchmarks import catalogue, groups, measures, overtake, own
from toolkit.diagnose.benchmarks import pictures, plans, position, reconciled, tables, told
from toolkit.intake.store import open_area

area = open_area(area_folder)
held = {n: area.published(n) for n in measures.TABLES if area.has(f"published:{n}")}
known = catalogue.catalogue(area.labels)

# %% [markdown] tags=["analyst"]
# Then place the area among the others. Published points that the analyst replaced in `area.toml`
# are used as replaced.

# %%
company = groups.company(held["caseload"], area.settings.la_code, area.neighbours)
figures = area.from_published(measures.figures, measures.TABLES, known, area.replaced_points)
judged = position.judge(figures, company, known)
cited = area.cited(*(f"published:{n}" for n in held))
ees, compared = area.cited("published:caseload"), tables.COMPARED

# %% [markdown]
# ## At a glance
#
# One line for each question that is asked first, and the two tests in few words. *Above* or
# *below*: than England. *Aligned*: within the range of areas like it. *High* or *low on both
# tests*: beyond England and beyond every neighbour. *For its kind*: beyond the neighbours alone.
# *Edge of range*: outside it by no more than chance explains. *Furthest from its neighbours*: by
# the spread among them, one outside their whole range first.

# %%
summary = tables.summary(judged, cited)
caption, note = "This area beside areas like it, and England", tables.note(summary)
if said := told.caution(judged):
    show.sentence(said)
show.table(summary, caption=caption, columns=tables.SUMMARY, note=note)
show.sentence(told.neighbours(company, bool(area.settings.statistical_neighbours)))

# %% [markdown]
# ### What stands out
#
# Of all the figures in this report, those that lie too far from the rest for chance or ordinary
# spread. About one figure in eighty does so where nothing is odd. They are where to look first.

# %%
outliers, dear = tables.outlying(judged, cited), tables.outlying(judged, cited, money=True)
show.table(outliers, caption="Outliers among the neighbours, or among all authorities")
if len(dear.frame):
    show.table(dear, caption="Outliers in what a plan costs, or is funded")

# %% [markdown]
# ### Published figures that need care
#
# Points of the area, its region and its neighbours that look wrong in the release itself. They
# are used as published, and marked [u] where they are used; the area's own is not judged.
# England as published holds them all.

# %%
odd = plans.doubtful(held["caseload"], area.replaced_points)
beside = comparators.comparators(held["caseload"], company.code, area.neighbours)
odd = comparators.doubtful(odd, beside, company.names, ees)
show.table(odd, caption="Published figures to take with care")

# %% [markdown]
# ## EHC plans per 1,000 people
#
# All plans, of those aged 0 to 25, set against the population that the label names. With a
# population aged 2 to 18 it compares areas, and is no share of the people.

# %%
rate, has_rate = known["rate.total"], told.has(judged, "rate.total")
has_base = "population" not in held and measures.has(figures, company.code, rate.id)
people = "population_2_18" if has_base else "population"
rates_need = ("published:caseload", f"published:{people}")
on_rates = area.cited(*rates_need)
if show.section(area, "EHC plans per 1,000 people", needs=rates_need):
    whole = tables.of_theme(judged, on_rates, "rate")
    rates = tables.of_theme(judged, on_rates, "rates")
    if said := told.caution(judged, "rate", "rates"):
        show.sentence(said)

# %% [markdown]
# Among its neighbours: the dot is the figure, the line the 95% interval that chance gives it.

# %%
if area.has(*rates_need) and has_rate:
    among = pictures.over_areas(figures, company, rate, on_rates)
    sentence, cells = told.standing(whole, "rate.total")
    line = {"mark": "dot", "x": "area", "y": "value", "low": "low", "high": "high"}
    marked = [company.code, comparators.ENGLAND]
    show.chart(among, **line, highlight=marked, title=sentence, cells=cells)
    show.finding(told.finding(whole, "rate.total", "rate.verdict", 95))

# %% [markdown]
# ### By provision
#
# Each row shows this area within the range of its neighbours, with their median and England.

# %%
spread = {"y": "area", "low": "lowest", "high": "highest", "middle": "median"}
spread |= {"mark": "range", "x": "measure", "against": "england", "order": "labels"}
if show.section(area, "EHC plans per 1,000 people by provision", needs=rates_need):
    sentence, cells = told.title(rates, judged, "rates")
    show.chart(rates, **spread, title=sentence, cells=cells)
    caption, note = f"EHC plans per 1,000 {told.base(rates)}", tables.note(rates)
    show.table(rates, caption=caption, columns=compared, note=note)

# %% [markdown]
# ### Over the years
#
# The same rate, each January. The median is that of the neighbours with a figure in the year.

# %%
if show.section(area, "The rate over the years", needs=rates_need):
    if said := told.caution_over(figures, company, rate.id):
        show.sentence(said)
    trend = pictures.over_years(figures, company, rate, on_rates)
    sentence, cells = told.trend(trend)
    line = {"mark": "line", "x": "year", "y": "value", "colour": "group"}
    show.chart(trend, **line, title=sentence, cells=cells)

# %% [markdown]
# ### When would it pass its neighbours?
#
# At the present pace of both. No pace lasts: read it as a way to say how fast the two move.

# %%
if show.section(area, "When the rate would pass its neighbours'", needs=rates_need):
    pace = overtake.pace(figures, company, on_rates)
    caption = f"EHC plans per 1,000 {told.base(whole)}, at the pace of the last years"
    if len(pace.frame):
        show.table(pace, caption=caption, columns=overtake.SHOWN)
        show.finding(overtake.finding(pace))
    else:
        show.sentence(overtake.NOT_JUDGED)

# %% [markdown]
# ### On the map of England
#
# One tile for each authority, roughly where it lies. Without a population, the map shows the
# share of plans in mainstream schools.

# %%
drawn = rate if "rate.total" in set(judged["measure"]) else known["mix.mainstream"]
tiles = pictures.on_map(figures, company, drawn, reference.table("la_tiles"), cited)
place, marked = {"column": "tile_column", "row": "tile_row"}, [company.code, *company.neighbours]
if len(tiles.frame):
    show.chart(tiles, mark="tiles", x="area", y="value", highlight=marked, **place)

# %% [markdown]
# ## Where the plans are
#
# Each provision's share of the area's plans; the shares add up to 100%.

# %%
if said := told.caution(judged, "mix"):
    show.sentence(said)
mix = tables.of_theme(judged, ees, "mix")
sentence, cells = told.title(mix, judged, "mix")
show.chart(mix, **spread, title=sentence, cells=cells)
caption, note = "Share of plans in each provision", tables.note(mix)
show.table(mix, caption=caption, columns=compared, note=note)

# %% [markdown] tags=["analyst"]
# The provision in which this area lies furthest from areas like it.

# %%
if most := told.furthest(judged, "mix"):
    show.finding(told.finding(mix, most, "mix.furthest", 90))

# %% [markdown]
# ## Primary need
#
# Each need's share of the plans, with those not recorded.

# %%
if show.section(area, "Primary need", needs=("published:ees_need_stock",)):
    if said := told.caution(judged, "needs"):
        show.sentence(said)
    needs = tables.of_theme(judged, area.cited("published:ees_need_stock"), "needs")
    sentence, cells = told.title(needs, judged, "needs")
    show.chart(needs, **spread, title=sentence, cells=cells)
    caption, note = "Share of plans for each primary need", tables.note(needs)
    show.table(needs, caption=caption, columns=compared, note=note)

# %% [markdown]
# ## New plans, and plans that cease
#
# Rates are for each 1,000 plans open in the January that the year begins with.

# %%
on_flows = ("published:caseload", "published:flows")
if show.section(area, "New plans, and plans that cease", needs=on_flows):
    if said := told.caution(judged, "flows"):
        show.sentence(said)
    flows = tables.of_theme(judged, area.cited(*on_flows), "flows")
    caption, note = "New and ceased plans, per 1,000 plans", tables.note(flows)
    show.table(flows, caption=caption, columns=compared, note=note)
    yearly = tables.by_year(figures, company, area.cited(*on_flows))
    show.table(yearly, caption="New and ceased plans of this area, by calendar year")

# %% [markdown]
# ### Do the flows account for the caseload?
#
# New plans less those that ceased should be the change from one January to the next. Where they
# are not, ask which of the three is recorded otherwise before a forecast or a budget rests on it.

# %%
if show.section(area, "Flows beside the caseload", needs=on_flows):
    counted = plans.totals(plans.known(held["caseload"], area.replaced_points))
    both = reconciled.reconciled(held["flows"], counted, company.code, area.cited(*on_flows))
    sentence, cells = reconciled.told(both)
    if sentence:
        show.sentence(sentence, **cells)
        marked = f"{tables.LOW_RELIABILITY} low reliability: a January of it looks wrong."
        show.table(both, caption="Published flows beside the change of the caseload", note=marked)

# %% [markdown]
# ### How many plans are new?
#
# The release counts the new plans of a year in more than one table, and the counts may differ.
# Which one the area's own return gives is worth a question.

# %%
if show.section(area, "Counts of new plans", needs=on_flows):
    counts = reconciled.new_plans(held, company.code, area.cited(*on_flows))
    sentence, cells = reconciled.told_new(counts)
    if sentence:
        show.sentence(sentence, **cells)
        show.table(counts, caption="New plans, as three tables of the release count them")

# %% [markdown]
# ### Why plans cease
#
# Each reason's share of the plans that ceased in the years stated.

# %%
if show.section(area, "Why plans cease", needs=("published:ees_ceased",)):
    if said := told.caution(judged, "reasons"):
        show.sentence(said)
    why = tables.of_theme(judged, area.cited("published:ees_ceased"), "reasons")
    sentence, cells = told.title(why, judged, "reasons")
    show.chart(why, **spread, title=sentence, cells=cells)
    caption, note = "Share of ceased plans, by reason", tables.note(why)
    show.table(why, caption=caption, columns=compared, note=note)

# %% [markdown]
# ## Requests, decisions and time
#
# How many ask, how many are refused or appeal, and how long families wait.

# %%
if show.section(area, "Requests", needs=("published:ees_requests",)):
    if said := told.caution(judged, "requests"):
        show.sentence(said)
    asked = tables.of_theme(judged, area.cited("published:ees_requests", *rates_need), "requests")
    caption, note = "Requests for an assessment", tables.note(asked)
    show.table(asked, caption=caption, columns=compared, note=note)

# %% [markdown]
# The law gives six weeks to decide on a request and 20 weeks to a plan, with exceptions, such as
# a school closed for the summer. A refusal can be right for a child or wrong: the rate says only
# how often it happens. Appeals come from another source, which gives no base.

# %%
if show.section(area, "Decisions and time", needs=("published:ees_timeliness",)):
    from_work = ("published:ees_requests", "published:ees_timeliness", "published:measures")
    work = tables.of_theme(judged, area.cited(*from_work), "work")
    sentence, cells = told.title(work, judged, "work")
    show.chart(work, **spread, title=sentence, cells=cells)
    show.table(work, caption="Decisions and time", columns=compared, note=tables.note(work))
    if told.has(judged, "time.plans_ex"):
        in_law, which = timeliness.LAW, ("time.plans_ex", "timeliness.verdict", 80)
        show.finding(told.finding(work, *which, besides=in_law))

# %% [markdown]
# ## Pupils, and what they achieve
#
# Of the pupils in the area's schools, wherever they live. Attainment 8 is the outcome that is
# published for every area; it says little of a child with complex needs.

# %%
on_pupils = [n for n in ("measures", "sen_in_england") if n in held][:1] or ["measures"]
if show.section(area, "Pupils", needs=(f"published:{on_pupils[0]}",)):
    pupils = tables.of_theme(judged, area.cited(f"published:{on_pupils[0]}"), "pupils")
    caption, note = "Pupils in the area's schools, and attainment", tables.note(pupils)
    show.table(pupils, caption=caption, columns=compared, note=note)

# %% [markdown]
# ## What a plan costs
#
# Top-up and fees for each plan, from Section 251 outturn of the year that the label names.
# Gross. Place funding is left out: an academy's is paid directly (recoupment) and is not in the
# outturn. The block also pays for children without a plan, and areas book differently: a gap
# here is a question to the neighbour, not a saving.

# %%
spent = [n for n in ("section251", "high_needs_benchmarking") if n in held][:1] or ["section251"]
if show.section(area, "Unit cost by provision", needs=(f"published:{spent[0]}",)):
    if said := told.caution(judged, "cost"):
        show.sentence(said)
    cost = tables.of_theme(judged, area.cited(f"published:{spent[0]}", *on_flows), "cost")
    sentence, cells = told.title(cost, judged, "cost")
    show.chart(cost, **spread, title=sentence, cells=cells)
    caption, note = "Top-up and fees for each plan, by provision", tables.note(cost)
    show.table(cost, caption=caption, columns=compared, note=note)

# %% [markdown]
# A finding in £ says what stands behind it for children.

# %%
outcome = "Whether the child's needs are met there: case reviews ask, a unit cost cannot say."
if area.has(f"published:{spent[0]}") and (most := told.furthest(judged, "cost")):
    show.finding(told.finding(cost, most, "cost.furthest", 70, outcome))

# %% [markdown]
# ### Funding
#
# The high needs block for each plan and each person. It is funding, never spend: it follows a
# national formula, and pays for children without a plan as well.

# %%
if show.section(area, "High needs block", needs=("published:dsg_allocations",)):
    from_dsg = area.cited("published:dsg_allocations", "published:caseload", *rates_need[1:])
    block = tables.of_theme(judged, from_dsg, "funding")
    caption, note = "High needs block before deductions: funding", tables.note(block)
    show.table(block, caption=caption, columns=compared, note=note)
    if told.has(judged, "funding.plan"):
        support = "What the block pays for is the support of children with and without a plan."
        show.finding(told.finding(block, "funding.plan", "funding.plan", 60, support))

# %% [markdown]
# ## The area's own newer census
#
# An area's own records may be a January ahead of what is published of the others. Where they are
# not, notebook 10 sets the two side by side.

# %%
both, kept = ("plans", "provisions"), ("plans", "placements", "censuses", "earlier_needs")
stock = january.stock(*(area.table_or_empty(t) for t in kept))
given = (*area.cited("plans", "placements"), *ees)
is_newer = own.newest(stock) > own.latest_published(held["caseload"])
if show.section(area, "The area's own newer census", needs=both) and is_newer:
    mine = own.mix(stock, judged, given, area.labels)
    show.table(mine, caption="Own newest census beside published figures of the others")
    if beside_rate := own.rate(stock, judged, given):
        show.table(beside_rate, caption="Own newest rate beside published rates of the others")

# %% [markdown]
# ## What to do next
#
# 1. Ask two or three neighbours what lies behind the outliers before calling them a problem.
# 2. Take what differs on both tests to notebook 11, and to the case reviews.
# 3. Confirm or replace every published figure of this area that looks wrong, in writing.
# 4. Give the files that were left out above, and run this again when the next release is out.
