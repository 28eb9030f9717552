using System.Text;

namespace ApiLb.Import.Nginx;

/// <summary>
/// Reads nginx's syntax: words and quotes, semicolons, braces, comments. What is wrong becomes a note, and the rest is read all
/// the same. One instance for one file.
/// </summary>
internal sealed class NginxParser(string text, ImportNotes notes)
{
    private const int Deepest = 16;
    private const int MostWords = 1024;

    private readonly Stack<List<NginxDirective>> _open = new();
    private readonly List<string> _words = [];
    private int _at;
    private int _line = 1;
    private int _firstLine = 1;

    public IReadOnlyList<NginxDirective> Parse()
    {
        List<NginxDirective> root = [];
        _open.Push(root);
        while (_at < text.Length)
        {
            switch (text[_at])
            {
                case '#':
                    _at = text.IndexOf('\n', _at) is >= 0 and var end ? end : text.Length;
                    break;
                case ';':
                    End(hasBlock: false);
                    break;
                case '{':
                    End(hasBlock: true);
                    break;
                case '}':
                    Close();
                    break;
                case var c when char.IsWhiteSpace(c):
                    _line += c == '\n' ? 1 : 0;
                    _at++;
                    break;
                default:
                    ReadWord();
                    break;
            }
        }

        if (_words.Count > 0 || _open.Count > 1)
        {
            notes.LeftOut(_line, "the end of the file", "a directive or a block is not closed");
        }

        return root;
    }

    private void ReadWord()
    {
        _firstLine = _words.Count == 0 ? _line : _firstLine;
        var word = new StringBuilder();
        var quote = text[_at] is '"' or '\'' ? text[_at++] : '\0';
        while (_at < text.Length && !EndsWord(quote))
        {
            _line += text[_at] == '\n' ? 1 : 0;
            _at += text[_at] == '\\' && _at + 1 < text.Length ? 1 : 0;
            word.Append(text[_at++]);
        }

        if (quote != '\0')
        {
            _at++;
        }

        if (_words.Count < MostWords)
        {
            _words.Add(word.ToString());
        }
    }

    /// <summary><c>${name}</c> has braces that open no block.</summary>
    private bool EndsWord(char quote) => quote != '\0'
        ? text[_at] == quote
        : char.IsWhiteSpace(text[_at]) || text[_at] == ';' || (text[_at] == '{' && text[_at - 1] != '$') || (text[_at] == '}' && !IsInVariable());

    private bool IsInVariable()
    {
        var open = text.LastIndexOf("${", _at, Math.Min(_at + 1, 64), StringComparison.Ordinal);
        return open >= 0 && text.IndexOf('}', open) == _at;
    }

    private void End(bool hasBlock)
    {
        _at++;
        if (_words.Count == 0 && !hasBlock)
        {
            return;
        }

        var statement = new Statement(_words.Count == 0 ? _line : _firstLine, _words.Count == 0 ? ["{"] : [.. _words]);
        _words.Clear();
        var directive = new NginxDirective(statement, hasBlock ? [] : null);
        _open.Peek().Add(directive);
        if (hasBlock && _open.Count < Deepest)
        {
            _open.Push(directive.Children!);
        }
        else if (hasBlock)
        {
            notes.LeftOut(statement, "too many blocks in blocks");
        }
    }

    private void Close()
    {
        _at++;
        if (_words.Count > 0 || _open.Count == 1)
        {
            notes.LeftOut(_line, _words.Count > 0 ? string.Join(' ', _words) : "}", "a semicolon is missing, or a brace is too many");
            _words.Clear();
        }

        if (_open.Count > 1)
        {
            _open.Pop();
        }
    }
}
