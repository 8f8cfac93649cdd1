# SPDX-License-Identifier: GPL-2.0-or-later
#
# How the demo speaks: sourced outside and inside of the virtual machine.

if [ -t 1 ]; then
	BOLD=$'\e[1m' PLAIN=$'\e[0m'
else
	BOLD='' PLAIN=''
fi

# step SENTENCE: what happens next.
step()
{
	echo
	echo "$BOLD== $*$PLAIN"
}

note()
{
	echo "   $*"
}

# show COMMAND...: as one would type it, and what it says.
show()
{
	echo "   \$ $*"
	"$@" | sed 's/^/     /'
}
