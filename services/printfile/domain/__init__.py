"""The rules of printfile: templates, answers, findings, and the life of a job."""
