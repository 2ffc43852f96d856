// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "arm_case.hpp"

namespace nsgcheck::io::arm_case::arm_functions_test {
namespace {

struct ValueCase {
  const char* expression;
  const char* value;
};

/// Values are those of the examples of the documentation's pages "Template functions", or follow from their words.
template <std::size_t N>
void expect_values(const ValueCase (&cases)[N]) {
  for (const ValueCase& c : cases) {
    SCOPED_TRACE(c.expression);
    EXPECT_EQ(value_of(c.expression), c.value);
  }
}

TEST(ArmFunctions, Strings) {
  expect_values({
      {"[concat('prefix', '-', 'x')]", R"("prefix-x")"},
      {"[concat('port', 80)]", R"("port80")"},
      {"[concat('a')]", R"("a")"},
      {"[CONCAT('a', 'b')]", R"("ab")"},
      {"[concat(createArray('1-1', '1-2'), createArray('2-1'))]", R"(["1-1","1-2","2-1"])"},
      {"[format('{0}, {1}. Formatted number: {2:N0}', 'Hello', 'User', 8175133)]",
       R"("Hello, User. Formatted number: 8,175,133")"},
      {"[format('{0}/{1}', 'nsg', 'rule')]", R"("nsg/rule")"},
      {"[format('{1}{0}{1}', 'a', 'b')]", R"("bab")"},
      {"[format('{{{0}}}', 1)]", R"("{1}")"},
      {"[format('{0:D3}|{1:X}|{2:x4}', 7, 255, 255)]", R"("007|FF|00ff")"},
      {"[format('{0,5}|{0,-5}|', 'ab')]", R"("   ab|ab   |")"},
      {"[format('{0}', true())]", R"("True")"},
      {"[format('{0:N0}', -1234)]", R"("-1,234")"},
      {"[padLeft('123', 10, '0')]", R"("0000000123")"},
      {"[padLeft(7, 3, '0')]", R"("007")"},
      {"[padLeft('12345', 3)]", R"("12345")"},
      {"[replace('123-123-1234', '-', '')]", R"("1231231234")"},
      {"[replace('123-123-1234', '1234', 'xxxx')]", R"("123-123-xxxx")"},
      {"[split('one,two,three', ',')]", R"(["one","two","three"])"},
      {"[split('one;two,three', createArray(',', ';'))]", R"(["one","two","three"])"},
      {"[split('a,,b,', ',')]", R"(["a","","b",""])"},
      {"[split('', ',')]", R"([""])"},
      {"[join(createArray('one', 'two'), ',')]", R"("one,two")"},
      {"[join(createArray(), ',')]", R"("")"},
      {"[substring('one two three', 4, 3)]", R"("two")"},
      {"[substring('abc', 1)]", R"("bc")"},
      {"[substring('abc', 3)]", R"("")"},
      {"[toLower('One Two Three')]", R"("one two three")"},
      {"[toUpper('One Two Three')]", R"("ONE TWO THREE")"},
      {"[trim('    one two three   ')]", R"("one two three")"},
      {"[startsWith('abcdef', 'ab')]", "true"},
      {"[startsWith('abcdef', 'A')]", "true"},
      {"[startsWith('abcdef', 'e')]", "false"},
      {"[endsWith('abcdef', 'ef')]", "true"},
      {"[endsWith('abcdef', 'F')]", "true"},
      {"[endsWith('abcdef', 'e')]", "false"},
      {"[indexOf('test', 't')]", "0"},
      {"[lastIndexOf('test', 't')]", "3"},
      {"[indexOf('abcdef', 'CD')]", "2"},
      {"[lastIndexOf('abcdef', 'AB')]", "0"},
      {"[indexOf('abcdef', 'z')]", "-1"},
      {"[indexOf(createArray('a', 'b', 'a'), 'a')]", "0"},
      {"[lastIndexOf(createArray('a', 'b', 'a'), 'a')]", "2"},
  });
}

TEST(ArmFunctions, Conversions) {
  expect_values({
      {"[base64('one, two, three')]", R"("b25lLCB0d28sIHRocmVl")"},
      {"[base64('a')]", R"("YQ==")"},
      {"[base64('ab')]", R"("YWI=")"},
      {"[base64ToString('b25lLCB0d28sIHRocmVl')]", R"("one, two, three")"},
      {"[base64ToJson('eyJvbmUiOiJhIiwidHdvIjoiYiJ9')]", R"({"one":"a","two":"b"})"},
      {"[bool('true')]", "true"},
      {"[bool('False')]", "false"},
      {"[bool(1)]", "true"},
      {"[bool(0)]", "false"},
      {"[int('4')]", "4"},
      {"[int(4)]", "4"},
      {"[json('null')]", "null"},
      {"[json('{\"a\": [1, true, \"x\"]}')]", R"({"a":[1,true,"x"]})"},
      {"[json('3')]", "3"},
      {"[json('[ \"10.0.0.0/8\" ]')[0]]", R"("10.0.0.0/8")"},
      {"[string(5)]", R"("5")"},
      {"[string('x')]", R"("x")"},
      {"[string(true())]", R"("True")"},
      {"[string(createArray('a', 'b', 'c'))]", R"("[\"a\",\"b\",\"c\"]")"},
      {"[string(createObject('valueA', 10, 'valueB', 'Example Text'))]",
       R"("{\"valueA\":10,\"valueB\":\"Example Text\"}")"},
      {"[uri('http://contoso.com/resources/', 'nested/azuredeploy.json')]",
       R"("http://contoso.com/resources/nested/azuredeploy.json")"},
      {"[uri('http://contoso.org/firstpath/azuredeploy.json', 'myscript.sh')]",
       R"("http://contoso.org/firstpath/myscript.sh")"},
      {"[uri('http://contoso.org', 'x')]", R"("http://contoso.org/x")"},
      {"[uriComponent('http://contoso.com/a b')]", R"("http%3A%2F%2Fcontoso.com%2Fa%20b")"},
      {"[uriComponentToString('http%3A%2F%2Fcontoso.com')]", R"("http://contoso.com")"},
  });
}

TEST(ArmFunctions, Collections) {
  expect_values({
      {"[array(1)]", "[1]"},
      {"[array('efgh')]", R"(["efgh"])"},
      {"[array(createObject('a', 'b'))]", R"([{"a":"b"}])"},
      {"[array(createArray(1, 2))]", "[1,2]"},
      {"[createArray()]", "[]"},
      {"[createArray('a', 1, createArray(2))]", R"(["a",1,[2]])"},
      {"[contains('OneTwoThree', 'e')]", "true"},
      {"[contains('OneTwoThree', 'z')]", "false"},
      {"[contains('OneTwoThree', 'one')]", "false"},
      {"[contains(createObject('one', 'a'), 'ONE')]", "true"},
      {"[contains(createObject('one', 'a'), 'a')]", "false"},
      {"[contains(createArray('one', 'two'), 'two')]", "true"},
      {"[contains(createArray('one', 'two'), 'Two')]", "false"},
      {"[contains(createArray(1, 2), 2)]", "true"},
      {"[empty(createArray())]", "true"},
      {"[empty(createObject())]", "true"},
      {"[empty('')]", "true"},
      {"[empty('x')]", "false"},
      {"[empty(null())]", "true"},
      {"[first(createArray('one', 'two', 'three'))]", R"("one")"},
      {"[first('One Two Three')]", R"("O")"},
      {"[last(createArray('one', 'two', 'three'))]", R"("three")"},
      {"[last('One Two Three')]", R"("e")"},
      {"[flatten(createArray(createArray('one', 'two'), createArray('three')))]", R"(["one","two","three"])"},
      {"[length(createArray('one', 'two', 'three'))]", "3"},
      {"[length('One Two Three')]", "13"},
      {"[length(createObject('a', 1, 'b', 2))]", "2"},
      {"[range(5, 3)]", "[5,6,7]"},
      {"[range(0, 0)]", "[]"},
      {"[skip(createArray('one', 'two', 'three'), 2)]", R"(["three"])"},
      {"[skip('one two three', 4)]", R"("two three")"},
      {"[skip('abc', -1)]", R"("abc")"},
      {"[skip('abc', 9)]", R"("")"},
      {"[take(createArray('one', 'two', 'three'), 2)]", R"(["one","two"])"},
      {"[take('one two three', 2)]", R"("on")"},
      {"[take('abc', 0)]", R"("")"},
      {"[take('abc', 9)]", R"("abc")"},
      {"[union(createArray('one', 'two', 'three'), createArray('three', 'four'))]", R"(["one","two","three","four"])"},
      {"[union(createObject('one', 'a', 'three', 'c1'), createObject('three', 'c2', 'four', 'd'))]",
       R"({"one":"a","three":"c2","four":"d"})"},
      {"[union(json('{\"p\":{\"one\":\"a\",\"three\":\"c1\"},\"l\":[1,2]}'), "
       "json('{\"p\":{\"three\":\"c2\"},\"l\":[3]}'))]",
       R"({"p":{"one":"a","three":"c2"},"l":[3]})"},
      {"[intersection(createArray('one', 'two', 'three'), createArray('two', 'three'))]", R"(["two","three"])"},
      {"[intersection(createObject('one', 'a', 'two', 'b'), createObject('one', 'a', 'two', 'z'))]", R"({"one":"a"})"},
      {"[items(json('{\"item002\":2,\"item001\":1}'))]",
       R"([{"key":"item001","value":1},{"key":"item002","value":2}])"},
      {"[objectKeys(json('{\"b\":2,\"a\":1}'))]", R"(["a","b"])"},
      {"[shallowMerge(createArray(createObject('a', 1), createObject('A', 2, 'b', 3)))]", R"({"a":2,"b":3})"},
      {"[tryGet(createObject('a', createArray(7)), 'a', 0)]", "7"},
      {"[tryGet(createObject('a', 1), 'b')]", "null"},
      {"[tryGet(createArray(1), 4)]", "null"},
      {"[createObject('intProp', 1, 'boolProp', true())]", R"({"intProp":1,"boolProp":true})"},
  });
}

TEST(ArmFunctions, NumbersAndComparisons) {
  expect_values({
      {"[add(5, 3)]", "8"},
      {"[sub(7, 3)]", "4"},
      {"[mul(5, 3)]", "15"},
      {"[div(8, 3)]", "2"},
      {"[div(-8, 3)]", "-2"},
      {"[mod(7, 3)]", "1"},
      {"[max(createArray(0, 3, 2, 5, 4))]", "5"},
      {"[max(0, 3, 2, 5, 4)]", "5"},
      {"[min(createArray(0, 3, 2, 5, 4))]", "0"},
      {"[min(3)]", "3"},
      {"[equals(1, 1)]", "true"},
      {"[equals('a', 'A')]", "false"},
      {"[equals('1', 1)]", "false"},
      {"[equals(createArray('a', 'b'), createArray('a', 'b'))]", "true"},
      {"[equals(createObject('a', 1, 'b', 2), createObject('b', 2, 'a', 1))]", "true"},
      {"[equals(null(), null())]", "true"},
      {"[not(equals(1, 2))]", "true"},
      {"[less(1, 2)]", "true"},
      {"[less('A', 'a')]", "false"},
      {"[lessOrEquals(2, 2)]", "true"},
      {"[lessOrEquals('A', 'a')]", "false"},
      {"[greater(1, 2)]", "false"},
      {"[greater('A', 'a')]", "true"},
      {"[greaterOrEquals('b', 'A')]", "true"},
      {"[coalesce(null(), null(), 'default')]", R"("default")"},
      {"[coalesce('', 'x')]", R"("")"},
      {"[empty(coalesce(null(), null()))]", "true"},
      {"[and(bool('true'), bool('false'))]", "false"},
      {"[and(true(), true(), true())]", "true"},
      {"[or(bool('true'), bool('false'))]", "true"},
      {"[or(false(), false())]", "false"},
      {"[if(equals('a', 'a'), 'yes', 'no')]", R"("yes")"},
      {"[if(equals('a', 'b'), 'yes', 'no')]", R"("no")"},
  });
}

TEST(ArmFunctions, AddressRanges) {
  expect_values({
      {"[parseCidr('10.144.0.0/20')]",
       R"({"network":"10.144.0.0","netmask":"255.255.240.0","broadcast":)"
       R"("10.144.15.255","firstUsable":"10.144.0.1","lastUsable":"10.144.15.254","cidr":20})"},
      {"[parseCidr('fdad:3236:5555::/48')]",
       R"({"network":"fdad:3236:5555::","netmask":"ffff:ffff:ffff::","firstUsable":"fdad:3236:5555::",)"
       R"("lastUsable":"fdad:3236:5555:ffff:ffff:ffff:ffff:ffff","cidr":48})"},
      {"[cidrSubnet('10.144.0.0/20', 24, 0)]", R"("10.144.0.0/24")"},
      {"[cidrSubnet('10.144.0.0/20', 24, 4)]", R"("10.144.4.0/24")"},
      {"[cidrSubnet('10.0.0.0/8', 8, 0)]", R"("10.0.0.0/8")"},
      {"[cidrSubnet('0.0.0.0/0', 32, 4294967295)]", R"("255.255.255.255/32")"},
      {"[cidrSubnet('fdad:3236:5555::/48', 52, 1)]", R"("fdad:3236:5555:1000::/52")"},
      {"[cidrSubnet('10.144.0.0/20', 24, 16)]", "unknown: 10.144.0.0/20 has no subnet /24 number 16"},
      {"[cidrHost('10.144.3.0/24', 0)]", R"("10.144.3.1")"},
      {"[cidrHost('10.144.3.0/24', 253)]", R"("10.144.3.254")"},
      {"[cidrHost('fdad:3236:5555:3000::/52', 0)]", R"("fdad:3236:5555:3000::1")"},
      {"[cidrHost('10.144.3.0/24', 254)]", "unknown: 10.144.3.0/24 has no host number 254"},
      {"[cidrHost('10.144.3.0/24', 4294967296)]", "unknown: 10.144.3.0/24 has no host number 4294967296"},
  });
}

TEST(ArmFunctions, ResourceIds) {
  expect_values({
      {"[resourceId('Microsoft.Network/networkSecurityGroups', 'web-nsg')]",
       R"("/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/Microsoft.Network/networkSecurityGroups/web-nsg")"},
      {"[resourceId('Microsoft.Network/networkSecurityGroups/', 'web-nsg')]",
       R"("/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/Microsoft.Network/networkSecurityGroups/web-nsg")"},
      {"[resourceId('rg1', 'Microsoft.Network/virtualNetworks/subnets', 'v', 's')]",
       R"("/subscriptions/{subscriptionId}/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/v/subnets/s")"},
      {"[resourceId(subscription().subscriptionId, resourceGroup().name, 'Microsoft.Network/networkInterfaces', 'n')]",
       R"("/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/Microsoft.Network/networkInterfaces/n")"},
      {"[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'g')]",
       R"("/subscriptions/{subscriptionId}/providers/Microsoft.Resources/resourceGroups/g")"},
      {"[tenantResourceId('Microsoft.Management/managementGroups', 'm')]",
       R"("/providers/Microsoft.Management/managementGroups/m")"},
      {"[extensionResourceId('/x', 'Microsoft.Authorization/locks', 'l')]",
       R"("/x/providers/Microsoft.Authorization/locks/l")"},
      {"[last(split(resourceId('Microsoft.Network/networkSecurityGroups', 'web-nsg'), '/'))]", R"("web-nsg")"},
      {"[resourceId('Microsoft.Network/networkSecurityGroups', resourceGroup().name)]",
       "unknown: resourceGroup() is known at run time only"},
      {"[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v')]",
       "unknown: \"Microsoft.Network/virtualNetworks/subnets\" wants 2 names, not 1"},
      {"[equals(resourceId('A.B/c', 'x'), '/subscriptions/1/resourceGroups/g/providers/A.B/c/x')]",
       "unknown: the values cannot be compared before deployment"},
  });
}

TEST(ArmFunctions, Lambdas) {
  expect_values({
      {"[map(range(0, 3), lambda('i', mul(lambdaVariables('i'), 2)))]", "[0,2,4]"},
      {"[filter(range(0, 10), lambda('i', equals(0, mod(lambdaVariables('i'), 2))))]", "[0,2,4,6,8]"},
      {"[reduce(createArray(5, 3, 2, 8), 1, lambda('cur', 'next', add(lambdaVariables('cur'), "
       "lambdaVariables('next'))))]",
       "19"},
      {"[sort(createArray(5, 3, 2, 8), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))]",
       "[2,3,5,8]"},
      {"[toObject(createArray('x', 'y'), lambda('e', lambdaVariables('e')), lambda('e', 1))]", R"({"x":1,"y":1})"},
      {"[map(createArray('a'), lambda('o', map(createArray('b'), lambda('i', concat(lambdaVariables('o'), "
       "lambdaVariables('i'))))))]",
       R"([["ab"]])"},
      {"[map(createArray(1, 2), lambda('i', newGuid()))]", R"(["?","?"])"},
      // With the index as a further parameter; expected values are those of Bicep's documentation of lambdas.
      {"[map(createArray('Evie', 'Casper'), lambda('dog', 'i', format('{0}{1}', lambdaVariables('i'), "
       "lambdaVariables('dog'))))]",
       R"(["0Evie","1Casper"])"},
      {"[filter(createArray('a', 'b', 'c'), lambda('e', 'i', greater(lambdaVariables('i'), 0)))]", R"(["b","c"])"},
      {"[reduce(createArray(5, 3, 2, 8), 0, lambda('cur', 'next', 'i', if(equals(mod(lambdaVariables('i'), 2), 0), "
       "add(lambdaVariables('cur'), lambdaVariables('next')), lambdaVariables('cur'))))]",
       "7"},
      {"[mapValues(createObject('foo', 'a', 'bar', 'b'), lambda('v', toUpper(lambdaVariables('v'))))]",
       R"({"foo":"A","bar":"B"})"},
      {"[groupBy(createArray('foo', 'bar', 'baz'), lambda('x', substring(lambdaVariables('x'), 0, 1)))]",
       R"({"f":["foo"],"b":["bar","baz"]})"},
      {"[mapValues(createArray(1), lambda('v', 1))]", "unknown: argument 1 is of type array, not object"},
      {"[map(createArray(1), lambda('a', 'b', 'c', 1))]", "unknown: `map` takes an array and a lambda"},
      {"[sort(createArray(1, 2, 3), lambda('a', 'b', true()))]", "[3,2,1]"},
  });
}

TEST(ArmFunctions, RunTimeValuesStayUnknown) {
  for (const char* call : {"resourceGroup().location", "subscription().subscriptionId", "uniqueString('a')",
                           "guid('a')", "newGuid()", "utcNow()", "deployment().name", "environment().suffixes.storage",
                           "reference('x').ipAddress", "listKeys('x', '2020-01-01').keys[0].value", "listSecrets('x')",
                           "providers('a', 'b')", "pickZones('a', 'b', 'c')", "dateTimeAdd('a', 'P1D')"}) {
    SCOPED_TRACE(call);
    const std::string value = value_of("[" + std::string{call} + "]");
    EXPECT_EQ(value.find("unknown: "), 0U) << value;
    EXPECT_NE(value.find("is known at run time only"), std::string::npos) << value;
  }
}

TEST(ArmFunctions, UnknownGoesNoFurtherThanItMust) {
  expect_values({
      {"[if(true(), 'known', newGuid())]", R"("known")"},
      {"[if(false(), newGuid(), 'known')]", R"("known")"},
      {"[if(equals(newGuid(), 'x'), 'a', 'b')]", "unknown: newGuid() is known at run time only"},
      {"[concat('a', newGuid())]", "unknown: newGuid() is known at run time only"},
      {"[createArray('a', newGuid())]", R"(["a","?"])"},
      {"[createObject('a', 1, 'b', newGuid())]", R"({"a":1,"b":"?"})"},
      {"[first(createArray('a', newGuid()))]", R"("a")"},
      {"[length(createArray('a', newGuid()))]", "2"},
      {"[createObject('a', 1, 'b', newGuid()).a]", "1"},
      {"[contains(createArray('a', newGuid()), 'a')]", "true"},
      {"[contains(createArray('a', newGuid()), 'b')]", "unknown: the array has items that are not known"},
      {"[union(createArray('a', newGuid()), createArray('a', 'b'))]", R"(["a","?","b"])"},
      {"[union(createObject('a', newGuid()), createObject('b', 1))]", R"({"a":"?","b":1})"},
      {"[intersection(createArray('a', newGuid()), createArray('a'))]", "unknown: newGuid() is known at run time only"},
      // A list that goes on in an unknown way is unknown to all but readers of rules.
      {"[concat(createArray('a'), newGuid())]", "unknown: newGuid() is known at run time only"},
      {"[length(union(createArray('a'), newGuid()))]", "unknown: newGuid() is known at run time only"},
      {"[contains(concat(newGuid(), createArray('a')), 'b')]", "unknown: newGuid() is known at run time only"},
      {"[and(false(), equals(newGuid(), 'x'))]", "false"},
      {"[and(equals(newGuid(), 'x'), false())]", "false"},
      {"[and(true(), equals(newGuid(), 'x'))]", "unknown: newGuid() is known at run time only"},
      {"[or(equals(newGuid(), 'x'), true())]", "true"},
      {"[or(equals(newGuid(), 'x'), false())]", "unknown: newGuid() is known at run time only"},
      {"[coalesce('a', newGuid())]", R"("a")"},
      {"[coalesce(newGuid(), 'a')]", "unknown: newGuid() is known at run time only"},
      {"[equals(createArray('a', newGuid()), createArray('b', 'x'))]", "false"},
      {"[equals(createArray('a', newGuid()), createArray('a'))]", "false"},
      {"[string(createArray('a', newGuid()))]", "unknown: newGuid() is known at run time only"},
  });
}

TEST(ArmFunctions, WrongCallsAreUnknownWithAReason) {
  expect_values({
      {"[toLower(1)]", "unknown: argument 1 is of type integer, not string"},
      {"[add('1', 2)]", "unknown: argument 1 is of type string, not integer"},
      {"[add(9223372036854775807, 1)]", "unknown: no 64-bit result for 9223372036854775807 and 1"},
      {"[div(1, 0)]", "unknown: no 64-bit result for 1 and 0"},
      {"[mod(1, 0)]", "unknown: no 64-bit result for 1 and 0"},
      {"[concat('a', createArray('b'))]", "unknown: argument 2 is of type array, not string"},
      {"[substring('1234567890', 0, 11)]", "unknown: a substring of 11 characters does not fit into the text"},
      {"[substring('abc', 4)]", "unknown: a substring cannot start at 4 of 3 characters"},
      {"[range(0, 10001)]", "unknown: a range of 10001 numbers"},
      {"[range(2147483647, 1)]", "unknown: a range from 2147483647 leaves the 32-bit numbers"},
      {"[format('{0')]", "unknown: \"{0\" is no valid format"},
      {"[format('{1}', 'a')]", "unknown: \"{1}\" asks for more values than are given"},
      {"[int('x')]", "unknown: \"x\" is no integer"},
      {"[base64ToString('x')]",
       "unknown: \"x\" is no base64: the base64 text ends in the middle of a group of four characters"},
      {"[base64ToString('a?cd')]", "unknown: \"a?cd\" is no base64: \"?\" is no character of base64"},
      {"[bool('x')]", "unknown: \"x\" is neither true nor false"},
      {"[createObject('a')]", "unknown: a key has no value"},
      {"[createArray('a')[1]]", "unknown: there is no item 1 of 1"},
      {"[createObject('a', 1).b]", "unknown: a value of type object has no property `b`"},
      {"['abc'.x]", "unknown: a value of type string has no property `x`"},
      {"[if('yes', 1, 2)]", "unknown: the condition is of type string"},
      {"[not('x')]", "unknown: argument 1 is of type string, not boolean"},
      {"[toLower()]", "unknown: `toLower` does not take 0 arguments"},
      {"[frobnicate('x')]", "unknown: there is no function `frobnicate`"},
      {"[contoso.name('x')]", "unknown: there is no function `contoso.name`"},
      {"[parameters('x')]", "unknown: the template declares no parameter `x`"},
      {"[variables('x')]", "unknown: the template defines no variable `x`"},
      {"[parameters(1)]", "unknown: the name is of type integer"},
      {"[copyIndex()]", "unknown: there is no resource loop around it"},
      {"[copyIndex('x')]", "unknown: there is no loop `x` around it"},
      {"[lambdaVariables('x')]", "unknown: there is no lambda variable `x`"},
      {"[map('a', lambda('x', 1))]", "unknown: argument 1 is of type string, not array"},
      {"[cidrSubnet('10.0.0.0', 24, 0)]", "unknown: \"10.0.0.0\" is no address range"},
      {"[less('a-b', 'ab')]", "unknown: how ARM orders these texts is not documented"},
      {"[toLower('\xC3\x9C')]", "unknown: the text has characters beyond ASCII"},
  });
}

TEST(ArmFunctions, TextAndValuesAreBounded) {
  const std::string doubling =
      R"({"variables": {"v0": "0123456789", "v1": "[concat(variables('v0'), variables('v0'))]")";
  std::string template_text = doubling;
  for (int i = 2; i < 40; ++i) {
    const std::string before = "variables('v" + std::to_string(i - 1) + "')";
    template_text += ", \"v" + std::to_string(i) + "\": \"[concat(" + before + ", " + before + ")]\"";
  }
  EXPECT_EQ(value_of("[variables('v39')]", template_text + "}}"), "unknown: the text grows longer than 1048576 bytes");

  template_text = R"({"variables": {"v0": [1, 2])";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "variables('v" + std::to_string(i - 1) + "')";
    template_text += ", \"v" + std::to_string(i) + "\": \"[createArray(" + before + ", " + before + ")]\"";
  }
  EXPECT_EQ(value_of("[variables('v39')]", template_text + "}}"),
            "unknown: the template expands to more than 100000 loop passes or 2000000 values");

  template_text = R"({"variables": {"v0": 1)";
  for (int i = 1; i < 5000; ++i)
    template_text += ", \"v" + std::to_string(i) + "\": \"[variables('v" + std::to_string(i - 1) + "')]\"";
  EXPECT_EQ(value_of("[variables('v4999')]", template_text + "}}"), "unknown: evaluations are nested too deep");
}

}  // namespace
}  // namespace nsgcheck::io::arm_case::arm_functions_test
