namespace ApiLb.Configuration.Values;

/// <summary><c>true</c> or <c>false</c>; the other booleans of YAML 1.1 (yes, on) are refused, for readers disagree about them.</summary>
internal static class Flag
{
    public static Parsed<bool> Parse(string text) => text switch
    {
        "true" => Parsed<bool>.Of(true),
        "false" => Parsed<bool>.Of(false),
        _ => Parsed<bool>.Failed($"{Quoted.Of(text)} is not a truth value; use true or false"),
    };
}
