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
#     gives: []
#     needs: []
#     needs_any: []
#     needs_findings: []
#     number: '00'
#     question: What do we have, whom do we need, and what will we do, by when?
#     stage: Evaluation & Setup
#     title: Set-up
# ---

# %% [markdown]
# # Set-up
#
# **Question.** What do we have, whom do we need, and what will we do, by when?
#
# **Why.** A diagnostic is done with people, not to them. What is agreed here decides whose
# voice is heard, which work is not done twice, and how much time each person is asked for.
#
# **How.** Fill in the set-up tables with the SEND lead, in one or two short meetings. Begin
# with what you know: without any table this notebook shows the whole catalogue, and each table
# that you add makes it more your own.
#
# **Uses** `area.toml`, and any of the tables `activities`, `existing_evidence`, `checklist`,
# `stakeholders`, `engagement`, `meetings`, `groups`, `roles`, `sessions` and `attendance`. All
# of them hold posts and bodies. No table asks for anybody's name.

# %% tags=["parameters"]
area_folder: str = "demo"  # an area's folder, or the fictional one that ships
interactive: bool = True  # False when run by papermill
as_of: str = ""  # the day to look from, as in 2025-10-01; blank for the latest that is known

# %% [markdown]
# Open the area. Everything below is worked out from its settings and its set-up tables.

# %%
from toolkit import reference, show
from toolkit.intake.store import open_area
from toolkit.plan import activities, attendance, calendar, checklist, cover, effort, engagement
from toolkit.plan import existing_work, holding, meetings, membership, sessions, setup_dates
from toolkit.plan import stakeholders, workshops
from toolkit.plan.setup_tables import cells

area = open_area(area_folder)

# %% [markdown]
# ## The area
#
# Every report of this diagnostic names these settings, so mend them first. Region and
# neighbours come from published lists until you name your own.

# %%
authorities, neighbours = reference.table("local_authorities"), reference.table("neighbours")
lines = cover.items(area.settings, authorities, neighbours, area.tier)
show.table(cover.sheet(lines), caption="Cover sheet of the area")
to_set = cover.completeness(lines)
show.sentence(
    "Lines of the cover sheet still to be filled in: {to_set} of {lines}.",
    **cells(to_set, "to_set", "lines"),
)

# %% [markdown]
# ## The five stages
#
# A stage can be switched off in `area.toml`. Its dates follow from the first day and from the
# dates that you give its activities; the lengths are indicative, half a year in all.

# %%
catalogue, stages = reference.table("activities"), reference.table("stages")
existing = area.table_or_empty("existing_evidence")
plan = activities.tailored(
    catalogue, area.table_or_empty("activities"), existing, area.settings.stages
)
start = setup_dates.day(area.settings.start, "start")
periods = setup_dates.stage_periods(stages, start, plan, area.settings.stages)
show.table(existing_work.stage_tracker(stages, plan, periods), caption="The five stages, in order")

# %% [markdown]
# What is overdue depends on the day from which you look. No clock is asked, so that a report
# can be made again: the day is the one given above, or the latest on which something is known
# to have happened.

# %%
log, asked = area.table_or_empty("meetings"), area.table_or_empty("data_request")
looking_from = setup_dates.as_of(
    as_of, area.settings.start, log["meeting_date"], existing["date"], asked["received"]
)

# %% [markdown]
# ## Work that is already under way
#
# Recent diagnostics, strategies and plans count as evidence. Say for each how fully it covers
# an activity: full evidence means that the activity need not be done again.

# %%
if show.section(area, "Work already under way", needs=("existing_evidence",)):
    show.table(existing_work.register(existing, catalogue), caption="Work already under way")
    gaps = existing_work.gaps(catalogue, existing)
    show.table(gaps, caption="What that work covers, by activity")

# %% [markdown]
# ## Your diagnostic plan
#
# All 27 key activities are in the plan until you take one out. The standing says what is still
# to be set, and "Pre-existing evidence" where there is nothing left to do.

# %%
show.table(activities.plan_table(plan), caption="The tailored diagnostic plan")
counts = existing_work.coverage(plan)
show.sentence(
    "In the plan: {on} of {listed} key activities. With an owner: {owned}. With dates of their "
    "own: {dated}. Covered by evidence that exists: {covered}.",
    **cells(counts, "on", "listed", "owned", "dated", "covered"),
)

# %% [markdown]
# ### Why and how each activity is done
#
# For the talk with those who will own it.

# %%
show.table(activities.guide_table(catalogue), caption="Key activities: why and how")

# %% [markdown]
# ### When each activity runs
#
# "Set" is a date of yours, "Proposed" the dates of its stage.

# %%
show.table(activities.timeline(plan, periods), caption="When each activity runs, by month")

# %% [markdown]
# ## The set-up checklist
#
# Twelve activities have to be prepared during set-up: people to be asked, rooms to be booked,
# data to be found. They are done, or covered, before their module begins.

# %%
items = checklist.items(plan, area.table_or_empty("checklist"), looking_from)
show.table(checklist.table(items, looking_from), caption="Set-up checklist")
done = checklist.progress(items, looking_from)
show.sentence(
    "Complete: {complete} of {counted} items ({share}). Overdue: {overdue}. Without an owner: "
    "{unowned}.",
    **cells(done, "complete", "counted", "share", "overdue", "unowned"),
)

# %% [markdown] tags=["analyst"]
# Fill the checklist in here and press Save, or fill in `inputs/checklist.csv`.

# %% tags=["analyst"]
starred = list(items["activity_id"])
show.form(area, "checklist", keys=starred, interactive=interactive)

# %% [markdown]
# How far set-up is, for the evidence ledger, once you keep the checklist yourself.

# %%
if show.section(area, "Progress of the checklist", needs=("checklist",)):
    show.finding(checklist.finding(done))

# %% [markdown]
# ## Who has a stake
#
# The map shows how many stand in each square, and what that suggests. A group that must be
# heard and has nobody on the map is the first thing to mend.

# %%
who = area.table_or_empty("stakeholders")
if show.section(area, "Stakeholder map", needs=("stakeholders",)):
    caption = "Stakeholders by influence and interest"
    show.table(stakeholders.grid(who), caption, columns=["stakeholders"], across="interest")
    show.table(stakeholders.map_table(who), caption="Stakeholders, the most influential first")

# %% [markdown] tags=["analyst"]
# Fill the map in here, a row for each person or body by their post.

# %% tags=["analyst"]
show.form(area, "stakeholders", interactive=interactive)

# %% [markdown]
# Relationships are the area's own judgement, from 1 (weak) to 5 (strong). They say where to
# begin, not who is at fault.

# %%
if area.has("stakeholders"):
    show.table(stakeholders.by_group(who), caption="Groups, their relationships, and gaps")
    heard = stakeholders.coverage(who)
    show.finding(stakeholders.finding(heard))
    show.sentence(
        "Groups that must be heard and have nobody yet: {uncovered}.", **cells(heard, "uncovered")
    )

# %% [markdown]
# ## How they will take part
#
# Use the forums that exist before making new ones. Each engagement of the diagnostic is listed
# once; contacts are counted by stage and group.

# %%
engagements, contacts = reference.table("engagements"), area.table_or_empty("engagement")
listed = engagement.listed_engagements(engagements, contacts)
show.table(listed, caption="Engagements of the diagnostic, stage by stage")

# %% [markdown]
# A cell reads "made of planned": a row or a column of noughts is a stage, or a group, that
# nobody has thought of yet.

# %%
if show.section(area, "Engagement plan", needs=("engagement",)):
    matrix = engagement.matrix_by_group(contacts)
    show.table(matrix, caption="Contacts made of contacts planned, by stage and group")
    show.table(engagement.forums(contacts), caption="Forums that are used")
    show.finding(engagement.finding(engagement.coverage(engagements, contacts)))

# %% [markdown]
# ## The weekly review of set-up
#
# Small obstacles are cheapest in the week in which they appear. What is late stands first.

# %%
if show.section(area, "Weekly reviews", needs=("meetings",)):
    actions = meetings.actions(log, looking_from)
    show.table(meetings.log(actions, looking_from), caption="Actions of the weekly reviews")
    so_far = meetings.progress(actions, looking_from)
    show.sentence(
        "Reviews held: {meetings}. Actions agreed: {actions}; done: {done}; overdue: {overdue}.",
        **cells(so_far, "meetings", "actions", "done", "overdue"),
    )

# %% [markdown]
# ## The kick-off
#
# One virtual session of two hours for the whole system: the SEND lead, and people from the
# local authority, education, health, and parents and carers. Everyone hears the purpose, the
# plan and their own part at the same time.
#
# Its objectives: the child stays at the centre of every later talk; everyone knows what will
# be asked of them and when; work under way is seen; the first questions come from families.

# %%
used = sessions.in_use(reference.table("sessions"), area.table_or_empty("sessions"), plan)
kick_off = used.loc[used["session_id"].eq("setup.kick_off"), "hours_each"].iloc[0]
agenda = attendance.agenda(reference.table("kick_off_agenda"), kick_off)
show.table(agenda, caption="Agenda of the kick-off", columns=["item", "clock", "led_by", "purpose"])

# %% [markdown]
# Who was there matters more than how many: a missing group has to be met on its own.

# %%
present = area.table_or_empty("attendance")
if show.section(area, "Attendance at the kick-off", needs=("attendance",)):
    came = attendance.by_group(present, attendance.KICK_OFF)
    show.table(came, caption="Attendance at the kick-off, by group")
    count = attendance.kick_off(present, area.settings.people.send_lead)
    show.sentence(
        "Groups there: {groups} of {needed}. Asked: {asked}; came: {came}. The SEND lead is "
        "{lead}.",
        **cells(count, "groups", "needed", "asked", "came", "lead"),
    )

# %% [markdown]
# ## Who steers and who works
#
# The steering group decides, the working group does. Both are looked at for the five groups
# that must be heard; an empty seat is a voice that is not in the room.

# %%
bodies = area.table_or_empty("groups")
if show.section(area, "Steering and working groups", needs=("groups",)):
    show.table(membership.members(bodies), caption="Members of the steering and working groups")
    show.table(membership.seats(bodies), caption="Seats, and those that are empty")

# %% [markdown]
# Five lead roles keep the diagnostic going. One post may hold two of them; none may be empty.

# %%
roles, own_roles = reference.table("lead_roles"), area.table_or_empty("roles")
show.table(membership.lead_roles(roles, own_roles), caption="Lead roles")
filled = membership.coverage(roles, own_roles, bodies)
show.sentence(
    "Lead roles not filled: {unfilled} of {roles}.",
    **cells(filled, "unfilled", "roles"),
)

# %% [markdown]
# Who does, is asked and is told at each stage: a proposal to talk over.

# %%
show.table(membership.responsibilities(roles), caption="Responsibilities by stage")

# %% [markdown]
# ## How much time it takes
#
# There are 18 types of session. The lengths are indicative; a length of your own goes into the
# table `sessions` with the reason, and is marked here.

# %%
lengths = sessions.table(reference.table("sessions"), used)
show.table(lengths, caption="Types of session, by default and in this area")
time = effort.headline(used)
show.sentence(
    "Types of session: {types}. Changed by this area: {changed}. Length still open: {open}.",
    **cells(time, "types", "changed", "open"),
)

# %% [markdown]
# The fixed hours, session by session. Left out are the weekly half hour, the hour a day held by
# finance and business intelligence, and what cannot be known yet, such as deep-dives.

# %%
show.table(effort.fixed_list(used), caption="What makes up the fixed hours")
show.finding(effort.finding(time))
show.sentence(
    "Of these, case reviews take {case_reviews}, accounting documents and reviews {cipfa}, and "
    "briefings of the director and the section 151 officer {briefings}.",
    **cells(time, "case_reviews", "cipfa", "briefings"),
)

# %% [markdown]
# By stage, for the plan; by role, for the people: each session counts for every role that takes
# part, so what one person is asked for can be read off, and the roles do not add up.

# %%
show.table(effort.by_stage(used), caption="Time by stage")
by_role = effort.by_role(used)
show.chart(by_role, mark="bar", x="role", y="hours", title="Fixed hours asked of each role")
show.table(by_role, caption="Time asked of each role")

# %% [markdown]
# ## The calendar
#
# Dates that you have not set are proposals, on working days only. Put the first date of a type
# of session into the table `sessions`, and the others follow.
#
# A run writes the same calendar beside this report, as `calendar.ics`: open it in Outlook or
# any other calendar.

# %%
holidays = setup_dates.holidays_of(reference.table("bank_holidays"))
events = calendar.events(used, periods, holidays)
columns = ["event", "stage", "when", "length", "mode", "set_by"]
show.table(calendar.table(events), caption="Calendar of the diagnostic", columns=columns)

# %% [markdown]
# Finance and business intelligence hold an hour of each working day free in Modules 1 and 2,
# because questions about data cannot wait for the next meeting.

# %%
show.table(holding.holding(used, periods, holidays), caption="Time held by BI and finance")

# %% [markdown]
# ## Training
#
# Two days in person for Module 1 and two for Module 2: theory, then an exercise on the fictional
# area, so that nobody needs real records to learn. The skills stay when the diagnostic is over.

# %%
parts = reference.table("training_plan")
pack = workshops.training_pack(parts, reference.table("sessions"))
show.table(pack, caption="Training pack, with the notebooks for each part")

# %% [markdown]
# Who was asked and who came, post by post.

# %%
if show.section(area, "Attendance at the training", needs=("attendance",)):
    show.table(attendance.training(used, present), caption="Days of training, and attendance")

# %% [markdown]
# ## Workshop kits
#
# Print a kit and run the workshop: a facilitator's guide, polls, prompts and a capture sheet.

# %%
kits = reference.table("workshop_kits")
show.table(workshops.kits_table(kits), caption="The workshop kits")

# %% [markdown]
# The kick-off, and the case reviews that it leads to.

# %%
show.table(workshops.kit(kits, "kick_off"), caption="Kit: kick-off")
show.table(workshops.kit(kits, "case_review"), caption="Kit: case review")

# %% [markdown]
# Deep-dives and process mapping, for the causes behind what the reviews find.

# %%
show.table(workshops.kit(kits, "deep_dive"), caption="Kit: deep-dive")
show.table(workshops.kit(kits, "process_map"), caption="Kit: process mapping")

# %% [markdown]
# Listening to partners, and planning forward with the steering group.

# %%
show.table(workshops.kit(kits, "listening_forum"), caption="Kit: listening forum or interview")
show.table(workshops.kit(kits, "forward_planning"), caption="Kit: forward planning")

# %% [markdown]
# ## What to do next
#
# 1. Fill in what the cover sheet lacks, in `area.toml`.
# 2. Name a post for each lead role, and invite the groups that nobody speaks for yet.
# 3. Go through the plan with the steering group: what is covered, what is left out, who owns
#    the rest.
# 4. Send the dates early. Case reviews need the longest notice.
# 5. Run [the data return](01_data_return.ipynb): it can begin before the kick-off.
