using System.Text.Json;

namespace ApiLb.Telemetry;

/// <summary>The words by which metrics, the admin API and the status table name the values of an enum. Computed once per type.</summary>
internal static class EnumLabel
{
    /// <summary><c>not_ready</c>: metric labels and JSON.</summary>
    public static string Snake<T>(T value)
        where T : struct, Enum => Words<T>.Snake.GetValueOrDefault(value, "unknown");

    /// <summary><c>least-connections</c>: as the configuration file writes it.</summary>
    public static string Kebab<T>(T value)
        where T : struct, Enum => Words<T>.Kebab.GetValueOrDefault(value, "unknown");

    private static class Words<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Snake = Convert(JsonNamingPolicy.SnakeCaseLower);
        public static readonly Dictionary<T, string> Kebab = Convert(JsonNamingPolicy.KebabCaseLower);

        private static Dictionary<T, string> Convert(JsonNamingPolicy policy) =>
            Enum.GetValues<T>().ToDictionary(v => v, v => policy.ConvertName(v.ToString()));
    }
}
