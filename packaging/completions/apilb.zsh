#compdef apilb
# apilb itself says what may follow: its directive [suggest:POSITION].
_apilb() {
    local -a words_that_fit
    words_that_fit=(${(f)"$(apilb "[suggest:$CURSOR]" "$BUFFER" 2> /dev/null | grep -v '^[-/]?.$')"})
    # Words that nobody suggests, such as files, come from the shell.
    compadd -a words_that_fit || _files
}
_apilb "$@"
