using System.Globalization;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>What a process has at one moment, as the kernel tells.</summary>
/// <param name="Sockets">Descriptors that are sockets.</param>
/// <param name="Pipes">Descriptors that are ends of pipes.</param>
/// <param name="OtherFiles">All other descriptors: files, epoll, events, timers; but not the program's own libraries, of which each is opened once.</param>
/// <param name="Threads">Of the runtime too.</param>
/// <param name="AnonymousKiB">Resident memory that is its own (Pss_Anon).</param>
/// <param name="CloseWait">Sockets whose other side has finished and which nobody closes.</param>
/// <param name="Closing">Sockets in FIN-WAIT, CLOSING and LAST-ACK.</param>
/// <param name="Established">Sockets of its namespace, which is all its own.</param>
internal readonly record struct Usage(
    int Sockets, int Pipes, int OtherFiles, int Threads, long AnonymousKiB, int CloseWait, int Closing, int Established)
{
    public int Descriptors => Sockets + Pipes + OtherFiles;

    public static Usage Of(int process)
    {
        var targets = Directory.GetFileSystemEntries($"/proc/{process}/fd").Select(TargetOf).OfType<string>().ToList();
        var sockets = targets.Count(target => target.StartsWith("socket:", StringComparison.Ordinal));
        var pipes = targets.Count(target => target.StartsWith("pipe:", StringComparison.Ordinal));
        var libraries = targets.Count(target => target.EndsWith(".dll", StringComparison.Ordinal));
        var states = (string[])[.. StatesIn($"/proc/{process}/net/tcp"), .. StatesIn($"/proc/{process}/net/tcp6")];
        return new Usage(
            sockets, pipes, targets.Count - sockets - pipes - libraries,
            Directory.GetDirectories($"/proc/{process}/task").Length,
            Anonymous(process),
            states.Count(state => state == "08"),
            states.Count(state => state is "04" or "05" or "09" or "0B"),
            states.Count(state => state == "01"));
    }

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            return null; // Closed since it was listed.
        }
    }

    // The kernel's include/net/tcp_states.h: 01 established, 04 and 05 FIN-WAIT, 08 CLOSE-WAIT, 09 LAST-ACK, 0B CLOSING.
    private static IEnumerable<string> StatesIn(string table) =>
        File.ReadLines(table).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]);

    private static long Anonymous(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/smaps_rollup").First(line => line.StartsWith("Pss_Anon:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
