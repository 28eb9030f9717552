using System.CommandLine;
using ApiLb.Configuration.Values;

namespace ApiLb.Cli;

/// <summary>An option with one of a few words, spelt as the configuration file spells them: in help and completion too, where the library has names of code.</summary>
internal static class ChoiceOption
{
    /// <summary>The first word is the default.</summary>
    public static Option<T> Create<T>(string name, string description, params string[] aliases)
        where T : struct, Enum
    {
        string[] words = [.. Choice.Words<T>()];
        var option = new Option<T>(name, aliases)
        {
            Description = description,
            HelpName = string.Join('|', words),
            CustomParser = AdminOption.Parse(Choice.Of<T>()),
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        return option;
    }
}
