project = "A cluster in a manual"
extensions = []
# The contents of this folder are copied to the site's root: put the built playground into extra/playground.
html_extra_path = ["extra"]
