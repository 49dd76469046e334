global self this array
global+ self+ this+ array+

