unsigned struct s *x;
BEGIN { }
