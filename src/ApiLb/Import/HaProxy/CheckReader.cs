using ApiLb.Configuration.Values;

namespace ApiLb.Import.HaProxy;

/// <summary>Reads <c>option httpchk</c>, <c>http-check</c>, <c>tcp-check</c> and <c>option ssl-hello-chk</c> of one backend.</summary>
internal sealed class CheckReader(ImportNotes notes)
{
    /// <summary>The line that says what is asked; null: HAProxy only connects.</summary>
    public Statement? Asks { get; private set; }

    /// <summary>Whether an HTTP request is sent.</summary>
    public bool IsHttp { get; private set; }

    public string Path { get; private set; } = "/";

    public string? Host { get; private set; }

    public bool IsTls { get; private set; }

    /// <summary>The check goes to another port or address than the clients.</summary>
    public bool IsElsewhere { get; private set; }

    /// <returns>False when the statement is about something else.</returns>
    public bool TryTake(string key, Statement statement)
    {
        switch (key)
        {
            case "option httpchk":
                TakeHttpCheck(statement);
                return true;
            case "option tcp-check":
                (Asks, IsHttp) = (null, false);
                return true;
            case "option ssl-hello-chk":
                (Asks, IsHttp, IsTls) = (statement, false, true);
                return true;
            case "http-check connect" or "tcp-check connect":
                TakeConnect(statement);
                return true;
            case "http-check send":
                TakeSend(statement);
                return true;
            case "http-check expect":
                TakeExpect(statement);
                return true;
            case "http-check comment" or "tcp-check comment":
                return true;
            case "tcp-check send" or "tcp-check send-lf" or "tcp-check send-binary" or "tcp-check send-binary-lf" or "tcp-check expect":
                notes.LeftOut(statement, "ApiLb has no checks made of bytes; it only connects");
                return true;
            default:
                return false;
        }
    }

    /// <summary><c>option httpchk [URI]</c> or <c>option httpchk METHOD URI [VERSION[\r\nHeader: value]]</c>.</summary>
    private void TakeHttpCheck(Statement statement)
    {
        (Asks, IsHttp) = (statement, true);
        SetPath(statement, statement.Words.Count switch { 2 => "/", 3 => statement.At(2), _ => statement.At(3) });
        const string HostHeader = "\r\nHost:";
        var headers = string.Join(' ', statement.Words.Skip(4));
        if (headers.IndexOf(HostHeader, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
        {
            SetHost(statement, headers[(at + HostHeader.Length)..].Trim().Split('\r')[0]);
        }
    }

    private void TakeConnect(Statement statement)
    {
        IsTls |= statement.Words.Contains("ssl", StringComparer.Ordinal);
        IsElsewhere |= statement.Words.Contains("port", StringComparer.Ordinal) || statement.Words.Contains("addr", StringComparer.Ordinal);
        Asks ??= IsTls ? statement : null;
    }

    private void TakeSend(Statement statement)
    {
        for (var i = 2; i < statement.Words.Count; i++)
        {
            switch (statement.At(i))
            {
                case "uri":
                    SetPath(statement, statement.At(++i));
                    break;
                case "hdr" when statement.At(i + 1).Equals("host", StringComparison.OrdinalIgnoreCase):
                    SetHost(statement, statement.At(i + 2));
                    i += 2;
                    break;
                case "meth" or "ver":
                    i++;
                    break;
                case "hdr":
                    notes.LeftOut(statement, $"header {Quoted.Shorten(statement.At(i + 1))}: ApiLb's checks send Host alone");
                    i += 2;
                    break;
                default:
                    notes.LeftOut(statement, $"{Quoted.Shorten(statement.At(i))}: ApiLb's checks are a GET without it");
                    return;
            }
        }
    }

    private void TakeExpect(Statement statement)
    {
        var expected = string.Join(' ', statement.Words.Skip(2).Where(w => w is not ("min-recv" or "comment")));
        if (expected is not ("status 200" or "status 200-399" or "rstatus [23][0-9][0-9]" or "rstatus ^[23]" or "rstatus 2[0-9][0-9]"))
        {
            notes.LeftOut(statement, "what passes is ApiLb's own: 200 of an apiserver, 2xx and 3xx of another web server");
        }
    }

    private void SetPath(Statement statement, string path)
    {
        if (RequestPath.Parse(path).TryGet(out var valid, out var problem))
        {
            Path = valid;
        }
        else
        {
            notes.LeftOut(statement, problem);
        }
    }

    private void SetHost(Statement statement, string host)
    {
        if (ServerName.Parse(host).TryGet(out var valid, out _))
        {
            Host = valid;
        }
        else
        {
            notes.LeftOut(statement, $"{Quoted.Of(host)} is no host name");
        }
    }
}
