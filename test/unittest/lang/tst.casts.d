/* GRM-26, GRM-28, LEX-16: casts or parentheses */
typedef int mine_t;
BEGIN
{
	(int)a; (unsigned long long)a; (char *)a; (struct s **)a; (const char *const *)a;
	(mine_t)a; (mine_t *)a; (mine_t)(a); (mine_t)-1; (string)a;
	(struct vmlinux`task_struct *)a; (vmlinux`pid_t)a; (mod`t *)a;
	(int (*)(int, char))a; (enum e)a; (void *)0;
	(a); (a) + b; (a * b); (a)[1];
}
