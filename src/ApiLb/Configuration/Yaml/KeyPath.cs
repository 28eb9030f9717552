using ApiLb.Configuration.Values;

namespace ApiLb.Configuration.Yaml;

/// <summary>The way from the root of the file to a value: <c>pools.control-plane.backends[1].address</c>.</summary>
internal static class KeyPath
{
    public static string Join(string parent, string key) =>
        parent.Length == 0 ? Quoted.Shorten(key) : $"{parent}.{Quoted.Shorten(key)}";
}
