100%
%d 5
plain

