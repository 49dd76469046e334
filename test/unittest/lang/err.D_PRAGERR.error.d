#error stop here
BEGIN { }
