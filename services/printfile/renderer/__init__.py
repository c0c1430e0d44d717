"""The renderer: from a template, answers and pictures to print files, always the same bytes.

Pure in what it draws: no clock, no network, no font of the machine it runs on.
"""
