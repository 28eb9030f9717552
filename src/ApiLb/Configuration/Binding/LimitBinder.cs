using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds the daemon's <c>limits</c>.</summary>
internal static class LimitBinder
{
    public const int Most = 10_000_000;

    private const string Automatic = "auto";

    public static LimitOptions Bind(SectionReader section)
    {
        var most = section.Read("maxConnections", ParseMaxConnections, whenAbsent: 0);
        section.ReportUnknownKeys();
        return new LimitOptions { MaxConnections = most == 0 ? null : most };
    }

    /// <returns>0 for <c>auto</c>.</returns>
    private static Parsed<int> ParseMaxConnections(string text)
    {
        if (text == Automatic)
        {
            return Parsed<int>.Of(0);
        }

        return WholeNumber.Between(1, Most)(text).TryGet(out var number, out var problem)
            ? Parsed<int>.Of(number)
            : Parsed<int>.Failed($"{problem}, or {Automatic} (as many as the file descriptors carry)");
    }
}
