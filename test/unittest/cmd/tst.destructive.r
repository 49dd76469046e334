shell

