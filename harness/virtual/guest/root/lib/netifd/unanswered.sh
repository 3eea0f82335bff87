# unanswered STATUS: did the modem leave the question open whose answer is in $answer? Then it either ended by itself, or
# by the end of our patience, of which shells tell in different ways.
unanswered() {
	case $1 in
	0) return 1 ;;
	124 | 143) return 0 ;;
	esac
	case $answer in
	*'timed out'* | *'cancelling the operation'*) return 0 ;;
	esac
	return 1
}
