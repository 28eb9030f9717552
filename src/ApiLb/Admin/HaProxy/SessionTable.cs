using System.Globalization;
using System.Text;
using ApiLb.Backends;

namespace ApiLb.Admin.HaProxy;

/// <summary>
/// Answers <c>show sess</c> and <c>shutdown session</c>: established connections, a line each in HAProxy's form. What is HAProxy's
/// inside (flags, analysers, descriptors) is 0 or empty. An id is made of listener and client, so that it needs no memory.
/// </summary>
internal sealed class SessionTable(IReadOnlyList<BackendPool> pools)
{
    /// <summary>The oldest come first, and no more than that: an answer is made in memory.</summary>
    public const int MostShown = 1000;

    private const string NotFound = "Session not found.\n";
    private const string NoSuchSession = "No such session (use 'show sess').\n";
    private const string NoPointer = "Session pointer expected (use 'show sess').\n";
    private const string Inside = "rq[f=0h,i=0,an=00h,rx=,wx=,ax=] rp[f=0h,i=0,an=00h,rx=,wx=,ax=] scf=[8,0h,fd=-1] scb=[8,0h,fd=-1] exp= rc=0 c_exp=";

    /// <param name="words">After <c>show sess</c>: an id, <c>older AGE</c>, <c>frontend F</c>, <c>backend B</c> or <c>server B/S</c>; as HAProxy, everything for anything else.</param>
    public string Write(ReadOnlySpan<string> words)
    {
        var (what, value) = (words is [var first, ..] ? first : "", words is [_, var second, ..] ? second : "");
        if (what.StartsWith("0x", StringComparison.Ordinal))
        {
            var found = Read(r => IdOf(r) == what, _ => true);
            return found.Count > 0 ? Text(found) : NotFound;
        }

        var age = what == "older" ? AgeOf(value) : null;
        return Text(Read(
            r => (age is null || r.Age >= age) && (what != "frontend" || r.Listener == value),
            b => (what != "backend" || b.Pool == value) && (what != "server" || $"{b.Pool}/{b.Name}" == value)));
    }

    /// <summary>Closes the session with this id.</summary>
    public string Shutdown(string? id)
    {
        if (id?.StartsWith("0x", StringComparison.Ordinal) != true)
        {
            return NoPointer;
        }

        var isClosed = pools.SelectMany(p => p.Snapshot.Backends).Any(b => b.Connections.CloseFirst(r => IdOf(r) == id, CloseReason.Killed));
        return isClosed ? "" : NoSuchSession;
    }

    private List<(Backend Backend, ConnectionReading Reading)> Read(Predicate<ConnectionReading> where, Func<Backend, bool> whose) =>
    [
        .. pools.SelectMany(p => p.Snapshot.Backends).Where(whose)
            .SelectMany(b => b.Connections.Top(ConnectionOrder.Age, MostShown, where).Select(r => (b, r)))
            .OrderByDescending(s => s.r.Age).Take(MostShown),
    ];

    private static string Text(List<(Backend Backend, ConnectionReading Reading)> sessions)
    {
        var text = new StringBuilder();
        foreach (var (backend, reading) in sessions)
        {
            var protocol = reading.Client.IsUnix ? "unix_stream" : reading.Client.IsIpv4 ? "tcpv4" : "tcpv6";
            var source = reading.Client.ToEndPoint() is { } client ? string.Create(CultureInfo.InvariantCulture, $"{client.Address}:{client.Port}") : "unix:1";
            text.Append(CultureInfo.InvariantCulture, $"{IdOf(reading)}: proto={protocol} src={source} fe={reading.Listener} be={backend.Pool} srv={backend.Name} ")
                .Append(CultureInfo.InvariantCulture, $"ts=00 epoch=0 age={Spell(reading.Age)} calls=0 rate=0 cpu=0 lat=0 {Inside}\n");
        }

        return text.ToString();
    }

    private static string IdOf(in ConnectionReading reading) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{Hash64.Of($"{reading.Listener} {reading.Client}") & 0x7fff_ffff_ffff:x}");

    /// <summary>The two largest units, as HAProxy writes times.</summary>
    private static string Spell(TimeSpan age) => age switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays}d{age.Hours}h"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Hours}h{age.Minutes}m"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Minutes}m{age.Seconds}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{age.Seconds}s"),
    };

    /// <summary>Seconds, or a number with s, m, h or d; null for anything else.</summary>
    private static TimeSpan? AgeOf(string text)
    {
        var seconds = text is [.., var unit] ? unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 } : 0;
        return int.TryParse(seconds == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromSeconds((long)number * Math.Max(1, seconds))
            : null;
    }
}
