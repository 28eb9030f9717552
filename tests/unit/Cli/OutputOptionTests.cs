using System.CommandLine;
using ApiLb.Cli;
using ApiLb.Cli.Output;
using Xunit;

namespace ApiLb.UnitTests.Cli;

/// <summary>Every command that prints data prints it as a table, JSON and CSV. What each prints: the integration tests.</summary>
public sealed class OutputOptionTests
{
    /// <summary>Commands that print no data, and what they do instead.</summary>
    private static readonly Dictionary<string, string> WithoutData = new(StringComparer.Ordinal)
    {
        ["run"] = "is the daemon; it logs",
        ["top"] = "draws a screen; status has the data",
        ["demo"] = "draws a screen",
        ["init"] = "writes files and tells which",
        ["kubeconfig"] = "writes a file and tells which",
    };

    public static TheoryData<string, string> Forms() =>
        [.. CommandLine.Create().Subcommands.Where(c => !WithoutData.ContainsKey(c.Name)).SelectMany(_ => (string[])["table", "json", "csv"], (c, form) => (c.Name, form))];

    public static TheoryData<string> Commands() => [.. CommandLine.Create().Subcommands.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Output_TakesEachForm(string name, string form)
    {
        var option = Assert.IsType<Option<OutputFormat>>(OptionsOf(name).Single(o => o.Name == OutputOption.Name));

        var parsed = new RootCommand { option }.Parse(["-o", form]);

        Assert.Empty(parsed.Errors.Select(e => e.Message));
        Assert.Equal(form, $"{parsed.GetValue(option)}", ignoreCase: true);
    }

    [Fact]
    public void CommandsWithoutData_DoNotHaveIt() =>
        Assert.All(WithoutData.Keys, name => Assert.DoesNotContain(OptionsOf(name), o => o.Name == OutputOption.Name));

    /// <summary>A shell completes what the command then takes.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public void Completions_AreTaken(string name)
    {
        foreach (var option in OptionsOf(name))
        {
            var line = new RootCommand { option };
            var completions = line.Parse($"{option.Name} ").GetCompletions().Where(c => !c.Label.StartsWith('-')).Select(c => c.Label);

            Assert.All(completions, word => Assert.Empty(line.Parse([option.Name, word]).Errors.Select(e => e.Message)));
        }
    }

    private static IList<Option> OptionsOf(string command) => CommandLine.Create().Subcommands.Single(c => c.Name == command).Options;
}
