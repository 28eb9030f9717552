using ApiLb.Configuration;
using ApiLb.Configuration.Changes;

namespace ApiLb.Fuzzing.Targets;

/// <summary>Options as text, by which two are compared.</summary>
internal static class OptionsText
{
    public static string Of(ApiLbOptions options) => OptionsTree.Of(options).ToJsonString();
}
