-- What a run is for: 'cut', to take over from the legacy programs, or 'shadow', to compare on live traffic from within the slots
-- where nothing can stand in front of them (no tcx). Its packets all take the legacy programs, and it is never flipped; what
-- it saw is in shadows, whose document names it (run_id).
ALTER TABLE runs ADD COLUMN purpose TEXT NOT NULL DEFAULT 'cut' CHECK (purpose IN ('cut', 'shadow'));
