using Xunit;

namespace ApiLb.UnitTests;

/// <summary>Asserts that something allocates nothing on this thread.</summary>
internal static class Allocation
{
    private const int Attempts = 10;

    /// <summary>
    /// The least of some attempts counts: a collection that another test causes charges this thread with the unused rest of its
    /// allocation context, a few kibibytes at most.
    /// </summary>
    public static void IsZero(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var i = 0; i < Attempts && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
