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
#     number: '01'
#     question: What data came, what is wrong with it, and what can be run on it now?
#     stage: Evaluation & Setup
#     title: Data return
# ---

# %% [markdown]
# # Data return
#
# **Question.** What data came, what is wrong with it, and what can be run on it now?
#
# **Why.** The diagnostic starts from files that the area already has. The earlier a gap is
# known, the sooner somebody can fill it; and a wrong file should hold up only the notebooks
# that need it.
#
# **Uses** whatever lies in the area's folder `inputs`, and the published files that
# `area.toml` points at. No value of any record is shown here: `toolkit check --values` names
# them on the analyst's own screen.

# %% tags=["parameters"]
area_folder: str = "demo"  # an area's folder, or the fictional one that ships
interactive: bool = True  # False when run by papermill

# %% [markdown] tags=["analyst"]
# Open the area. Every file is read and checked here.

# %%
from toolkit import show
from toolkit.diagnose import data_return
from toolkit.intake import needs
from toolkit.intake.store import open_area

area = open_area(area_folder)

# %% [markdown]
# ## What can be run now
#
# Each notebook with the share of its inputs that is there, and the files that would complete it.

# %%
ready = needs.readiness(area)
show.table(ready, caption="What each notebook can do on the data supplied")
show.finding(data_return.readiness_finding(ready))

# %% [markdown]
# ## What came
#
# Every row that was read is either used or set aside with a reason: rows read = rows used +
# rows set aside.

# %%
if show.section(area, "Rows of the area's own files", needs=needs.ANY_FILE):
    rows = data_return.rows_accounted(needs.accounts(area), needs.TITLES)
    show.table(rows, caption="Rows read, used and set aside, by table and kind of file")
    if points := data_return.data_points_finding(needs.data_points(area)):
        show.finding(points)

# %% [markdown]
# The published files that were read, with the release that each holds.

# %%
if show.section(area, "Published files", needs=("published:caseload",)):
    show.table(needs.published_files(area), caption="Published files that were read")

# %% [markdown]
# ## What is wrong
#
# Each kind of problem, worst first, with how often it was met and what to do. "Left out" means
# that the row, or the file, is not used; "Not used", that a file or a column is none that is
# known, and was passed over; "Used, with care", that a value of the row is missing or doubtful.

# %%
problems = data_return.problem_counts(needs.shared_problems(area), needs.TITLES, needs.OF_PEOPLE)
show.table(problems, caption="Problems found, by kind", columns=["rule", "count", "remedy"])

# %% [markdown]
# ## The data request
#
# One row for each table that notebooks of the playbook read, with who supplies it. Owners and
# deadlines come from `data_request.csv`. Templates and the meaning of every column are in the
# folder `data_templates`.

# %%
tracker = area.table_or_empty("data_request")
request = data_return.request_tracker(needs.tables(), tracker, needs.held(area), needs.faulty(area))
show.table(request, caption="Data request: what was asked for, and where it stands")

# %% [markdown] tags=["analyst"]
# Name the owners and deadlines here and press Save, or fill in `inputs/data_request.csv`.

# %% tags=["analyst"]
show.form(area, "data_request", keys=list(needs.TITLES), interactive=interactive)

# %% [markdown]
# ### What is hard to supply
#
# Start these first. The data grant can pay for somebody's time.

# %%
if show.section(area, "Tables that are hard to supply", needs=("data_request",)):
    hard = data_return.hard_to_supply(tracker, needs.TITLES)
    show.table(hard, caption="Tables marked hard to supply, with owner, deadline and funding")

# %% [markdown]
# ## What to do next
#
# 1. Mend what was left out, then run this notebook again.
# 2. Ask the owners named above for the files that would complete a notebook.
# 3. Where your headings differ from the schedule, say so under `[columns.plans]` (or another
#    table) in `area.toml`; nothing in your file has to change.
# 4. Go on to the notebooks that can run now. None of them waits for the others' files.
