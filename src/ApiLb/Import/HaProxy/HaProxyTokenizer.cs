using System.Globalization;
using System.Text;
using ApiLb.Configuration.Values;

namespace ApiLb.Import.HaProxy;

/// <summary>
/// Splits one line into words as HAProxy does: quotes, escapes, comments, environment variables within double quotes
/// (its configuration manual, sections 2.2 and 2.3). One instance for one line.
/// </summary>
internal sealed class HaProxyTokenizer(string line, HaProxyVariables variables)
{
    private const int MostWords = 256;

    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();
    private bool _isWord;
    private int _at;

    /// <summary>The words; none for an empty line or a comment.</summary>
    public Parsed<IReadOnlyList<string>> Split()
    {
        while (_at < line.Length && line[_at] != '#')
        {
            if (line[_at] is ' ' or '\t')
            {
                EndWord();
                _at++;
            }
            else if (!ReadPart())
            {
                return Parsed<IReadOnlyList<string>>.Failed("a quote is not closed");
            }
        }

        EndWord();
        return _words.Count <= MostWords
            ? Parsed<IReadOnlyList<string>>.Of(_words)
            : Parsed<IReadOnlyList<string>>.Failed(FormattableString.Invariant($"has more than {MostWords} words"));
    }

    /// <returns>False when a quote is not closed.</returns>
    private bool ReadPart()
    {
        _isWord = true;
        switch (line[_at])
        {
            case '\'':
                return ReadStrongQuote();
            case '"':
                return ReadWeakQuote();
            case '\\':
                ReadEscape();
                return true;
            default:
                _word.Append(line[_at++]);
                return true;
        }
    }

    private bool ReadStrongQuote()
    {
        var end = line.IndexOf('\'', _at + 1);
        if (end < 0)
        {
            return false;
        }

        _word.Append(line, _at + 1, end - _at - 1);
        _at = end + 1;
        return true;
    }

    private bool ReadWeakQuote()
    {
        _at++;
        while (_at < line.Length && line[_at] != '"')
        {
            switch (line[_at])
            {
                case '\\':
                    ReadEscape();
                    break;
                case '$':
                    AppendVariable();
                    break;
                default:
                    _word.Append(line[_at++]);
                    break;
            }
        }

        _at++;
        return _at <= line.Length;
    }

    private void AppendVariable()
    {
        var value = variables.Read(line, ref _at, out var isSplit);
        if (!isSplit)
        {
            _word.Append(value);
            return;
        }

        var words = value.Split(' ', MostWords + 1, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            if (i > 0)
            {
                EndWord();
                _isWord = true;
            }

            _word.Append(words[i]);
        }
    }

    private void ReadEscape()
    {
        var next = _at + 1 < line.Length ? line[_at + 1] : '\0';
        if (next == 'x' && byte.TryParse(line.AsSpan(Math.Min(_at + 2, line.Length), Math.Min(2, line.Length - _at - 2)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            _word.Append((char)code);
            _at = Math.Min(_at + 4, line.Length);
            return;
        }

        var meant = next switch { 'n' => "\n", 'r' => "\r", 't' => "\t", ' ' or '\t' or '#' or '\\' or '\'' or '"' or '$' => next.ToString(), _ => null };
        _word.Append(meant ?? "\\");
        _at += meant is null ? 1 : 2;
    }

    private void EndWord()
    {
        if (_isWord)
        {
            _words.Add(_word.ToString());
            _word.Clear();
            _isWord = false;
        }
    }
}
