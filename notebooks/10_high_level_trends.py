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
#     - spend_lines
#     - dsg_position
#     number: '10'
#     question: How have the number of plans and the cost of a plan grown, and where?
#     stage: Module 1
#     title: High-level trends
# ---

# %% [markdown]
# # High-level trends
#
# **Question.** How have the number of EHC plans and the cost of a plan grown, and where?
#
# **Why.** What the high needs block (HNB) spends on plans is the number of plans (the
# caseload) times what one costs (the unit cost). Each of the two is taken apart here, until it
# is clear where to ask why. The children come first: a plan is there to meet a need, and a
# smaller number of plans is by itself no good news.
#
# **Uses** the published statistics of every area; with the area's own SEN2 return and finance
# files, all of it. What is missing is named where it would stand, with the file that fills it.

# %% tags=["parameters"]
area_folder: str = "demo"  # an area's folder, or the fictional one that ships
interactive: bool = True  # False when run by papermill

# %% [markdown] tags=["analyst"]
# Open the area. Its files are read once, checked, and kept in its private folder.

# %%
from toolkit import reference, show
from toolkit.diagnose import baselines, caseload, comparators, decompose, drivers, january
from toolkit.diagnose import dsg, explain, growth, ledger, parts, spend, topics
from toolkit.diagnose.benchmarks import plans as released
from toolkit.intake.store import open_area

area = open_area(area_folder)
code, labels = area.settings.la_code, area.labels

# %% [markdown]
# ## How many plans there are
#
# The area's own count of plans open at each January census comes first, where its records are
# held. It stands beside the figure that the DfE published.

# %%
own = january.stock(
    area.table_or_empty("plans"),
    area.table_or_empty("placements"),
    area.table_or_empty("censuses"),
    area.table_or_empty("earlier_needs"),
)
published = area.published_or_empty("caseload")
totals = comparators.replace_points(comparators.totals(published), area.replaced_points)

# %% [markdown]
# ### Own records beside the published figure
#
# A difference is worth a question: the DfE's figure may hold corrections that the area's does not.

# %%
both = ("plans", "published:caseload")
beside = comparators.beside_published(own, totals, code)
if show.section(area, "Own records beside the published figure", needs=both):
    if len(beside.frame):
        show.table(beside, caption="EHC plans each January, own records and published")
    if found := comparators.apart_finding(beside):
        show.finding(found)
    else:
        sentence, cells = comparators.told(beside)
        show.sentence(sentence, **cells)

# %% [markdown]
# ### Growth beside England, the region and statistical neighbours
#
# Each group starts at 100, so that areas of different size can be compared. A group holds only
# areas with a figure in every January, and never this area itself.

# %%
on_published, is_grown = ("published:caseload",), False
is_local = comparators.own_covers(totals, own)
if show.section(area, "Growth beside England, the region and neighbours", needs=on_published):
    groups = comparators.comparators(published, code, area.neighbours)
    known = comparators.with_local(totals, own, code) if is_local else totals
    cited = area.cited(*both) if is_local else area.cited(*on_published)
    index = growth.index_by_group(known, groups, cited, is_local)
    odd = [] if is_local else comparators.doubtful_years(totals, code)
    until = comparators.sound_until(index.frame["year"], odd) if len(index.frame) else None
    is_grown = growth.is_told(index, until)
    if not is_grown:
        show.sentence(growth.NOT_TOLD)

# %% [markdown] tags=["analyst"]
# From own records where they hold two of the Januaries, else from published figures.

# %%
if is_grown:
    grown = growth.growth_of_groups(index, until)
    care = growth.care(index, until, odd)
    sentence, cells = growth.compared(grown, care)
    show.chart(index, mark="line", x="year", y="index", colour="group", title=sentence, cells=cells)

# %% [markdown]
# The same as figures, from the first January to the last that all groups have and that looks
# right.

# %%
if is_grown:
    show.table(grown, caption="Growth in EHC plans, first January to last")
    found = growth.growth_finding(grown, care)
    show.finding(comparators.careful(found, beside) if is_local else found)

# %% [markdown]
# ### Published figures that need care
#
# Some figures look wrong in the release itself. They are named here and shown as they are, unless
# somebody has replaced them in `area.toml`, with a reason. No change of this area is measured to
# a last January that looks wrong.

# %%
if show.section(area, "Published figures that need care", needs=on_published):
    names = dict(zip(published["code"], published["name"], strict=True))
    doubtful = comparators.doubtful(totals, groups, names, area.cited(*on_published))
    show.table(doubtful, caption="Published figures to take with care")

# %% [markdown]
# ## Where the plans are
#
# Plans by provision, in the seven groups of the DSG management plan. Non-maintained early years
# and placements not recorded stand apart. The DfE's collection changed in 2023: a change of mix
# between January 2022 and January 2023 may come from that alone.

# %%
local = area.tier == "local" and area.has("provisions")
on_mix = ("plans", "placements", "provisions")
on_mix = on_published if not local and area.has(*on_published) else on_mix
kept = released.without(published, released.gone(published, area.replaced_points))
by_provision = (
    caseload.plans_by(own, "provision", sources=area.cited("plans", "placements"), labels=labels)
    if local
    else caseload.published_plans(kept, code, area.cited(*on_published), labels=labels)
)

# %% [markdown] tags=["analyst"]
# Where published figures of this area look wrong, all that rests on them says so.

# %%
doubted = [] if local else comparators.doubtful_years(totals, code)
has_mix = show.section(area, "Where the plans are", needs=on_mix) and len(by_provision.frame) > 0
care, mixed = "", by_provision
if has_mix:
    mixed, care = parts.sound(by_provision, doubted)
    ends = caseload.span(mixed)
if has_mix and not local:
    last = by_provision.frame["year"].max()
    care = f"{care} {topics.without_mix(totals, code, last)}".strip()

# %% [markdown]
# Read the number of plans first: it is what each share rests on.

# %%
has_moves = False
if has_mix:
    shares, moved = caseload.shares(by_provision), parts.over_time(mixed, "provision")
    has_moves = parts.grows(moved)
if has_moves:
    sentence, cells = caseload.biggest_move(moved)
    small = {"mark": "line", "x": "year", "y": "plans", "facet": "provision"}
    show.chart(shares, **small, title=f"{sentence} {care}".strip(), cells=cells)
if has_mix:
    columns = parts.shown(moved, caseload.SHOWN)
    show.table(moved, caption="EHC plans by provision", columns=columns, note=care)

# %% [markdown]
# ## What the plans cost
#
# Spend on a placement is its place funding, top-up, fees and therapy, gross. Home to school
# transport is paid from elsewhere and stands apart. A census stands in January and a financial
# year runs from April to March; the table says how the two are aligned.

# %%
finance = ("plans", "placement_costs", "provisions")
if show.section(area, "Caseload, unit cost and spend by year", needs=finance):
    spent = spend.placement_spend(area.table("placement_costs"), own)
    costs = spend.unit_costs(spent, by_provision, area.cited("plans", "placement_costs"))
    unit = spend.closed_years(costs, area.table_or_empty("spend_lines"))
priced = area.has(*finance) and len(unit.frame) > 0
if area.has(*finance) and not priced:
    show.sentence(spend.NOT_PRICED)

# %% [markdown] tags=["analyst"]
# The area as a whole, over the years that can be priced.

# %%
if priced:
    start, end = spend.span(unit)
    whole = spend.whole_area(unit)
    sentence, cells = spend.told(whole)
    show.chart(whole, mark="line", x="financial_year", y="unit_cost", title=sentence, cells=cells)

# %% [markdown]
# Caseload times unit cost is spend, in every year.

# %%
if priced:
    show.table(
        whole, caption="Caseload, unit cost and spend, by financial year", columns=spend.SHOWN
    )

# %% [markdown]
# ### By provision
#
# The same three figures for each provision. The provisions add up to the area.

# %%
if show.section(area, "Unit cost by provision", needs=finance) and priced:
    shown, title = spend.provisions_only(unit), "Unit cost in each provision, in cash"
    show.chart(
        shown, mark="line", x="financial_year", y="unit_cost", facet="provision", title=title
    )
    latest = spend.in_year(unit, end)
    show.table(latest, caption="Caseload, unit cost and spend by provision", columns=spend.SHOWN)

# %% [markdown]
# ### The driver tree
#
# Every box is the product, or the sum, of the boxes under it.

# %%
two_years = priced and start < end
if show.section(area, "Driver tree", needs=finance) and two_years:
    tree, title = drivers.tree(unit, start, end), "What spend on placements is made of"
    parts, changes = ("caseload", "unit_cost"), {n: f"{n}_growth" for n in drivers.NODES}
    show.tree(tree, by="provision", value="spend", parts=parts, changes=changes, title=title)

# %% [markdown]
# ### Why spend changed: more plans, or dearer plans?
#
# The change is split exactly, to the pound. "Both at once" is what more plans at a higher unit
# cost add together; it belongs to neither alone.

# %%
if show.section(area, "Why spend changed", needs=finance) and priced and not two_years:
    show.sentence(spend.ONE_YEAR)
elif two_years:
    effects = decompose.price_volume_mix(unit, start, end)
    sentence, cells = decompose.told(effects)
    show.chart(effects, mark="waterfall", x="effect", y="value", title=sentence, cells=cells)
    show.table(effects, caption="How the change in spend on placements splits, whole area")
    plans = caseload.plans_by(own, sources=area.cited("plans"))
    show.finding(comparators.careful(decompose.finding(effects, plans, end), beside))

# %% [markdown]
# Each provision by itself, and each year by itself.

# %%
if two_years:
    split = decompose.two_years(unit, start, end)
    show.table(split, caption="How the change splits in each provision", columns=decompose.SHOWN)
    show.table(
        decompose.year_by_year(unit), caption="How each year's change splits, all plans as one"
    )

# %% [markdown]
# ### In real terms
#
# Cash rises with prices. In the prices of the latest year, what is left is the rise above
# general inflation.

# %%
if show.section(area, "Unit cost in real terms", needs=(*finance, "deflators")) and priced:
    real = spend.real_terms(unit, area.table("deflators"))
    sentence, cells = spend.told_in_real_terms(real)
    show.sentence(sentence, **cells)
    show.table(real, caption="Unit cost in cash and in real terms", columns=spend.SHOWN_REAL)

# %% [markdown]
# ## The ledger, the high needs block and the DSG
#
# The block also pays for children without a plan: support services, alternative provision,
# inclusion. So its lines are parted into those linked to plans and the others. Transport and
# the administration of SEN are paid outside the block and stand beside it.

# %%
if show.section(area, "High needs lines of the ledger", needs=("spend_lines",)):
    s251, given = reference.table("s251_lines"), area.cited("spend_lines")
    lines = ledger.by_kind(area.table("spend_lines"), s251, "outturn", given)
    title = "Net spend by kind of line, outturn"
    show.chart(lines, mark="line", x="financial_year", y="net", facet="kind", title=title)
    show.table(lines, caption="Spend by kind of line, outturn")

# %% [markdown]
# ### Finance tied to operations
#
# What the placements cost, child by child, beside what the ledger says. What does not
# reconcile is named, never spread out.

# %%
tables = ("placement_costs", "spend_lines", "dsg_position")
if show.section(area, "Placement costs reconciled to the ledger", needs=(*finance, *tables)):
    recoupment = dsg.recoupment(area.table("dsg_position"), "outturn")
    tied = ledger.reconciliation(spent, lines, recoupment, area.cited(*tables))
    show.table(tied, caption="Placement costs beside the ledger, gross")
    sentence, cells = ledger.unreconciled(tied)
    show.sentence(sentence, **cells)

# %% [markdown]
# ### The high needs block in year
#
# What the block had, what it spent, and how that ties to the DSG. Deficits are negative.

# %%
tables = ("spend_lines", "dsg_position")
if show.section(area, "High needs block in year", needs=tables):
    position = area.table("dsg_position")
    block = dsg.high_needs(position, lines, "outturn", area.cited(*tables))
    show.table(block, caption="What the high needs block had, outturn", columns=dsg.FUNDING)
    show.table(block, caption="What it spent, and its balance, outturn", columns=dsg.BALANCE)
    show.table(
        block, caption="How that ties to the whole DSG's in-year balance", columns=dsg.TO_DSG
    )

# %% [markdown]
# ### How the DSG balance built up
#
# Each year closes with what it opened with, plus the in-year balance, plus what was written off.

# %%
if show.section(area, "How the DSG balance built up", needs=("dsg_position",)):
    balance = dsg.position(area.table("dsg_position"), "outturn", area.cited("dsg_position"))
    title, cells = dsg.told(balance)
    y = "carried_forward"
    show.chart(balance, mark="line", x="financial_year", y=y, title=title, cells=cells)
    show.table(balance, caption="DSG balance, outturn, and whether it adds up")

# %% [markdown]
# The £ above stand for children's support. The finding says both together.

# %%
if show.section(area, "What the balance stands for", needs=("dsg_position", "plans")):
    show.finding(dsg.deficit_finding(balance, caseload.plans_by(own, sources=area.cited("plans"))))

# %% [markdown]
# ### Published high needs allocation
#
# Where the area's own accounts are not held, the published allocation says what the government
# gave. It is funding, not spend: no price can be read from it.

# %%
needs = ("published:dsg_allocations", "published:caseload")
if show.section(area, "Published allocation for each plan", needs=needs):
    given = area.published("dsg_allocations")
    allocation = dsg.allocation_per_plan(given, totals, code, area.cited(*needs))
    note = topics.caution_of_years(doubted, allocation.frame["financial_year"])
    caption = "High needs allocation, in total and for each plan: not spend"
    show.table(allocation, caption=caption, note=note)

# %% [markdown]
# ## How much of the growth can be explained
#
# More pupils, and more pupils with SEN Support, would by themselves bring more plans. What they
# do not account for is left for case reviews to ask about.

# %%
if show.section(area, "Explained and unexplained growth", needs=("pupils",)):
    two_ends, given = explain.ends(area.table("pupils")), area.cited("pupils")
    can_explain = explain.comparable(two_ends)
    if not can_explain:
        show.sentence(explain.TOO_FEW)

# %% [markdown]
# The parts, and what they leave.

# %%
if area.has("pupils") and can_explain:
    explained = explain.explained(two_ends, given)
    by_log = explain.explained(two_ends, given, "log")
    sentence, cells = explain.told(explained)
    show.chart(explained, mark="waterfall", x="part", y="plans", title=sentence, cells=cells)
    show.table(explained, caption="Growth in pupils with a plan", columns=explain.SHOWN)
    show.finding(explain.finding(explained, by_log))

# %% [markdown]
# **Questions for the case reviews about the other factors.** Do needs come to light later, or
# grow while families wait? Could support without a plan have met the need? Did a request come
# because that support was missing, unknown or not trusted? Did practice or thresholds change?
# Which ages, needs and places does it come from?
#
# ## Where to look next
#
# Provisions ranked by what they add to the change. Size and speed stand beside it.

# %%
if show.section(area, "Where spend grew most", needs=finance) and two_years:
    ranked, caption = drivers.where_to_look(split, "spend"), "Provisions by change in spend"
    show.table(ranked, caption=caption, columns=drivers.SHOWN, sort="change")
    if found := drivers.priority_finding(ranked, "spend"):
        show.finding(comparators.careful(found, beside))

# %% [markdown]
# Ranked by the number of plans, which needs no finance.

# %%
if has_moves:
    by_plans, caption = drivers.where_to_look(moved, "plans"), "Provisions by change in plans"
    show.table(by_plans, caption=caption, columns=drivers.SHOWN, sort="change", note=care)
    if found := drivers.priority_finding(by_plans, "plans"):
        found = topics.careful(found, doubted, *ends)
        show.finding(comparators.careful(found, beside) if local else found)
elif has_mix:
    show.sentence(parts.ONE_JANUARY)

# %% [markdown]
# ## Baselines
#
# The agreed starting point of each key variable. Published flows are compared from 2023 on: the
# DfE then went from totals of each LA to records of each person. An owner is named in
# `assumptions.csv`, in a row such as `baseline.plans`.

# %%
flows, asked = area.published_or_empty("flows"), area.table_or_empty("requests")
counted = ("plans", "requests") if area.tier == "local" else on_published
has_plans = show.section(area, "Baselines", needs=counted[:1])
history = (
    baselines.local_history(own, area.table("plans"), asked, area.table("censuses"))
    if area.tier == "local"
    else baselines.published_history(totals, flows, code, doubted)
)
since = {} if area.tier == "local" else dict.fromkeys(baselines.FLOWS, baselines.PERSON_LEVEL)

# %% [markdown] tags=["analyst"]
# The method is the latest year; `baselines.baselines` takes the mean or the trend instead.

# %%
kind = "local" if area.tier == "local" else "published"
owners = area.table_or_empty("assumptions")
agreed = baselines.baselines(history, owners, kind, area.cited(*counted), since=since)
if has_plans:
    note = baselines.note(history, totals, code) if area.tier == "published" else ""
    show.table(agreed, caption="Baselines of the key variables", columns=baselines.SHOWN, note=note)

# %% [markdown]
# ## What to do next
#
# 1. Take the two or three provisions at the top of the ranking to the steering group.
# 2. Go on to notebook 11 for the ages, needs and localities behind them.
# 3. Put the questions about the other factors to the case reviews.
# 4. Fill what was left out: each note above names the file.
