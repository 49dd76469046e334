two-sites 0 0
two-sites 0 5
again two-sites 5
on-demand 0
two-sites 1 0
two-sites 1 5
again two-sites 5
on-demand 1
two-sites 2 0
two-sites 2 5
again two-sites 5
on-demand 2

                6
