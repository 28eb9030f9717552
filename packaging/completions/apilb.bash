# apilb itself says what may follow: its directive [suggest:POSITION].
_apilb() {
    local word=${COMP_WORDS[COMP_CWORD]}
    mapfile -t COMPREPLY < <(compgen -W "$(apilb "[suggest:$COMP_POINT]" "$COMP_LINE" 2> /dev/null | grep -v '^[-/]?.$')" -- "$word")
}
# Words that nobody suggests, such as files, come from the shell.
complete -o default -F _apilb apilb
