#!/bin/sh
exec awk 'NF { print $1, ($NF > 0) }'
