using System.Collections.Concurrent;
using System.Globalization;

namespace ApiLb.BehaviourTests.Rows;

/// <summary>Figures that a row has measured, for the table.</summary>
internal static class Remark
{
    private static readonly AsyncLocal<ConcurrentQueue<string>?> Current = new();

    /// <summary>Collects what the calling test says from now on.</summary>
    public static ConcurrentQueue<string> Collect() => Current.Value = [];

    public static void Say(FormattableString text) => Current.Value?.Enqueue(text.ToString(CultureInfo.InvariantCulture));
}
