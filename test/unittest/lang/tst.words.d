/* LEX-05..07: words, names of members, aggregations, symbols */
BEGIN
{
	_a1 = `jiffies + ext4`x + 9p`y;
	x->string.self->probe;
	self->int = this->if;
	@ = count();
	@name[1] = count();
}
