using System.Text;

namespace ApiLb.Probing;

/// <summary>
/// What a failing <c>/readyz</c> lists: one line for each check, <c>[-]etcd failed: reason withheld</c> for those that fail
/// (kubernetes/apiserver, pkg/server/healthz/healthz.go). Any other text has no failing check.
/// </summary>
internal sealed class ReadyzBody
{
    private const int MaxNamesShown = 4;
    private const int MaxNameLength = 60;

    private readonly List<string> _shown = [];
    private int _etcdCount;

    private ReadyzBody(ReadOnlySpan<byte> body)
    {
        foreach (var line in body.Split((byte)'\n'))
        {
            if (body[line] is { } text && text.StartsWith("[-]"u8))
            {
                Add(text["[-]"u8.Length..]);
            }
        }
    }

    public int FailingCount { get; private set; }

    /// <summary>The apiserver got SIGTERM and nothing else is wrong with it.</summary>
    public bool IsOnlyShutdown => FailingCount == 1 && _shown[0] == "shutdown";

    /// <summary>Nothing fails but etcd, which every apiserver of the cluster sees alike.</summary>
    public bool IsOnlyEtcd => FailingCount > 0 && _etcdCount == FailingCount;

    public static ReadyzBody Parse(ReadOnlySpan<byte> body) => new(body);

    /// <summary>For people: <c>etcd failed, poststarthook/x failed, and 3 more</c>; empty when nothing is listed.</summary>
    public string Describe()
    {
        var names = string.Join(", ", _shown.Select(n => $"{n} failed"));
        return FailingCount > _shown.Count ? $"{names}, and {FailingCount - _shown.Count} more" : names;
    }

    private void Add(ReadOnlySpan<byte> text)
    {
        FailingCount++;
        var end = text.IndexOfAny((byte)' ', (byte)'\r');
        var name = end < 0 ? text : text[..end];
        _etcdCount += name.SequenceEqual("etcd"u8) || name.SequenceEqual("etcd-readiness"u8) ? 1 : 0;
        if (_shown.Count < MaxNamesShown)
        {
            _shown.Add(ProbeText.Clean(Encoding.UTF8.GetString(name[..Math.Min(name.Length, MaxNameLength)])));
        }
    }
}
