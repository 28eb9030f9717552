using System.Globalization;

namespace ApiLb.BehaviourTests.Network;

/// <summary>What /proc says about a process and all that it has started.</summary>
/// <param name="root">The process.</param>
internal sealed class ProcessFamily(int root)
{
    private const double TicksPerSecond = 100;

    public IReadOnlyList<int> Ids => [root, .. Children(root)];

    public int Descriptors => Ids.Sum(id => Entries($"/proc/{id}/fd").Length);

    /// <summary>Of these, the sockets.</summary>
    public int Sockets => Ids.Sum(id => Entries($"/proc/{id}/fd").Count(IsSocket));

    public int Threads => Ids.Sum(id => Directory.Exists($"/proc/{id}/task") ? Directory.GetDirectories($"/proc/{id}/task").Length : 0);

    /// <summary>Anonymous memory that is resident, in bytes.</summary>
    public long Memory => Ids.Sum(id => 1024 * Status(id, "RssAnon:"));

    public TimeSpan CpuTime => TimeSpan.FromSeconds(Ids.Sum(Ticks) / TicksPerSecond);

    /// <summary>The id of a thread whose name begins so.</summary>
    public int ThreadNamed(string beginning) => int.Parse(
        Entries($"/proc/{root}/task").First(task => Read(task + "/comm").StartsWith(beginning, StringComparison.Ordinal)).Split('/')[^1], CultureInfo.InvariantCulture);

    /// <summary>Lowers the limit of each to the lowest descriptor that is free, so that nothing can be opened unless something is closed first.</summary>
    /// <param name="aboveSockets">To the lowest that is free above all sockets: what closed sockets leave can be used again.</param>
    public async Task TakeDescriptorsAsync(bool aboveSockets = false)
    {
        foreach (var id in Ids)
        {
            var open = Entries($"/proc/{id}/fd").ToDictionary(path => int.Parse(path.Split('/')[^1], CultureInfo.InvariantCulture), IsSocket);
            var start = aboveSockets ? open.Where(fd => fd.Value).Max(fd => fd.Key) : 0;
            var limit = Enumerable.Range(start, open.Count + 1).First(fd => !open.ContainsKey(fd));
            await Command.RunAsync("prlimit", "--pid", id.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"--nofile={limit}:{limit}"));
        }
    }

    public void Send(int signal)
    {
        foreach (var id in Ids)
        {
            Signal.Send(id, signal);
        }
    }

    /// <summary>Has the process itself a handler for this signal: it is past the part of its start in which it would miss it.</summary>
    public bool Catches(int signal) =>
        Read($"/proc/{root}/status").Split('\n').FirstOrDefault(l => l.StartsWith("SigCgt:", StringComparison.Ordinal)) is { } line &&
        (ulong.Parse(line["SigCgt:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (signal - 1))) != 0;

    /// <summary>Waits for a second in which it used no more than this share of a core.</summary>
    public async Task IsQuietAsync(double share)
    {
        var used = TimeSpan.Zero;
        for (var window = 0; window < 6; window++)
        {
            var before = CpuTime;
            await Eventually.PauseAsync(1000);
            used = CpuTime - before;
            if (used.TotalSeconds <= share)
            {
                return;
            }
        }

        throw new TimeoutException($"in the last of six seconds it used {used.TotalMilliseconds} ms of CPU, allowed are {1000 * share}");
    }

    private static IEnumerable<int> Children(int parent)
    {
        var direct = Entries($"/proc/{parent}/task").SelectMany(task => Read(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return direct.Select(id => int.Parse(id, CultureInfo.InvariantCulture)).SelectMany(id => (int[])[id, .. Children(id)]);
    }

    private static long Status(int id, string key) =>
        Read($"/proc/{id}/status").Split('\n').FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal)) is { } line
            ? long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            : 0;

    // proc(5): after the command's name in brackets, utime and stime are the 12th and 13th field.
    private static double Ticks(int id) => Read($"/proc/{id}/stat") is { Length: > 0 } stat && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is var fields
        ? double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)
        : 0;

    private static bool IsSocket(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) ?? false;
        }
        catch (IOException)
        {
            return false; // Closed meanwhile.
        }
    }

    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (IOException)
        {
            return []; // It has ended meanwhile.
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
