"""What applied revisions leave wrong, and the steps of a new revision that finish it: one file for each kind."""
