"""Printfile makes one print file for each personalized item and print location.

Hears OrderReceived and the catalog's product events, says PrintFileReady and PrintFileFailed, and
owns the jobs, the shoppers' normalised pictures and the finished files.
"""
