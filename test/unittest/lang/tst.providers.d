/* GRM-21: providers */
provider app {
	probe start(int, char *s);
	probe io__done(struct buf *b) : (bufinfo_t *b, int);
	probe return();
	probe bare;
};
