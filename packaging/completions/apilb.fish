# apilb itself says what may follow: its directive [suggest:POSITION].
function __apilb_words
    apilb "[suggest:"(commandline --cursor)"]" (commandline) 2> /dev/null | string match --invert --regex '^[-/]?.$'
end
complete --command apilb --arguments '(__apilb_words)'
