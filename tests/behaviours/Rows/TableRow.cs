using System.Reflection;
using Xunit;

namespace ApiLb.BehaviourTests.Rows;

/// <summary>A test that is a row of the table.</summary>
/// <param name="Row">Its number and its words.</param>
/// <param name="Method">The test.</param>
internal sealed record TableRow(RowAttribute Row, MethodInfo Method)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>All of them, by number.</summary>
    public static IReadOnlyList<TableRow> All { get; } =
    [
        .. from type in typeof(TableRow).Assembly.GetTypes()
           from method in type.GetMethods()
           let row = method.GetCustomAttribute<RowAttribute>()
           where row is not null
           orderby row.Number, method.MetadataToken
           select new TableRow(row, method),
    ];

    /// <summary>Must nothing else run meanwhile.</summary>
    public bool IsAlone => Method.DeclaringType?.GetCustomAttribute<CollectionAttribute>()?.Name == Alone.Name;

    public string Name => Method.Name;

    public async Task<Verdict> RunAsync(string balancer)
    {
        if (Row.WhyNot(balancer) is { } reason)
        {
            return new Verdict(Outcome.NotApplicable, reason, "");
        }

        var figures = Remark.Collect();
        try
        {
            var fixture = Activator.CreateInstance(Method.DeclaringType ?? throw new InvalidOperationException(Name));
            var test = Task.Run(() => (Task)(Method.Invoke(fixture, [balancer]) ?? throw new InvalidOperationException(Name)));
            await test.WaitAsync(Longest, TimeProvider.System);
            return new Verdict(Outcome.Pass, "", Told(figures));
        }
        catch (Exception e)
        {
            return new Verdict(Outcome.Fail, OneLine((e as TargetInvocationException)?.InnerException ?? e), Told(figures));
        }
    }

    private static string Told(IEnumerable<string> figures) => TestFolder.WithoutIn(string.Join("; ", figures));

    private static string OneLine(Exception e)
    {
        var text = string.Join(' ', TestFolder.WithoutIn(e.Message).Split((char[])['\n', '\r', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
        return text.Length > 160 ? text[..160] + " ..." : text;
    }
}
