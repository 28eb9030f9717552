using ApiLb.Cli.Output;
using Xunit;

namespace ApiLb.UnitTests.Cli;

public sealed class CsvTests
{
    [Fact]
    public void Fields_AreQuotedWhereTheyMustBe()
    {
        Csv csv = new("a", "b,c");
        csv.Add("plain", "with \"quotes\"");
        csv.Add("two\nlines", null);
        csv.Add(1.5, true);
        csv.Add(DateTimeOffset.UnixEpoch.AddMilliseconds(1), 1_000_000L);

        Assert.Equal(
            "a,\"b,c\"\nplain,\"with \"\"quotes\"\"\"\n\"two\nlines\",\n1.5,true\n1970-01-01T00:00:00.001Z,1000000\n",
            csv.ToString());
    }
}
