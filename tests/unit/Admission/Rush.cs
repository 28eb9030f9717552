namespace ApiLb.UnitTests.Admission;

/// <summary>Many threads that begin at once.</summary>
internal static class Rush
{
    private const int Threads = 8;

    public static void Run(Action<int> work)
    {
        using Barrier start = new(Threads);
        var threads = Enumerable.Range(0, Threads).Select(index => new Thread(() =>
        {
            start.SignalAndWait();
            work(index);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
    }
}
