using System.Globalization;

namespace ApiLb.EndToEndTests.Processes;

/// <summary>Remembers the lab's processes in a file, so that a run which was itself killed leaves nothing behind for ever.</summary>
internal sealed class Leftovers(string file)
{
    /// <summary>An id alone may be someone else's by now; with the time of its start it is not.</summary>
    public void Record(int process)
    {
        if (StartOf(process) is { } start)
        {
            File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{process} {start}\n"));
        }
    }

    public void Kill()
    {
        foreach (var line in File.Exists(file) ? File.ReadAllLines(file) : [])
        {
            var fields = line.Split(' ');
            var process = int.Parse(fields[0], CultureInfo.InvariantCulture);
            if (StartOf(process) == fields[1])
            {
                Signal.Send(process, Signal.Kill);
            }
        }
    }

    // proc(5): field 22 of /proc/PID/stat; the second field is the name in parentheses and may hold spaces.
    private static string? StartOf(int process)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat");
        try
        {
            var stat = File.ReadAllText(path);
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
