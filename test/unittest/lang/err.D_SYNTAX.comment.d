/* not closed
BEGIN { }
