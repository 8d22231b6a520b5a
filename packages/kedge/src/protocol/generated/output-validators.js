// Generated from the tables of the protocol by `npm run generate`. Do not edit.
"use strict";
const schema19 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["SessionStart"]},"additionalContext":{"type":"string"},"initialUserMessage":{"type":"string"},"sessionTitle":{"type":"string"},"watchPaths":{"type":"array","items":{"type":"string"}},"reloadSkills":{"type":"boolean"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};
const schema20 = {"type":"object","properties":{"continue":{"type":"boolean"},"stopReason":{"type":"string"},"suppressOutput":{"type":"boolean"},"systemMessage":{"type":"string"},"terminalSequence":{"type":"string"},"decision":{"type":"string","enum":["approve","block"]},"reason":{"type":"string"},"async":{"type":"boolean"}},"required":[],"additionalProperties":true};

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate53.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.continue !== undefined){
const _errs2 = errors;
if(typeof data.continue !== "boolean"){
validate53.errors = [{instancePath:instancePath+"/continue",schemaPath:"#/properties/continue/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stopReason !== undefined){
const _errs4 = errors;
if(typeof data.stopReason !== "string"){
validate53.errors = [{instancePath:instancePath+"/stopReason",schemaPath:"#/properties/stopReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suppressOutput !== undefined){
const _errs6 = errors;
if(typeof data.suppressOutput !== "boolean"){
validate53.errors = [{instancePath:instancePath+"/suppressOutput",schemaPath:"#/properties/suppressOutput/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.systemMessage !== undefined){
const _errs8 = errors;
if(typeof data.systemMessage !== "string"){
validate53.errors = [{instancePath:instancePath+"/systemMessage",schemaPath:"#/properties/systemMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.terminalSequence !== undefined){
const _errs10 = errors;
if(typeof data.terminalSequence !== "string"){
validate53.errors = [{instancePath:instancePath+"/terminalSequence",schemaPath:"#/properties/terminalSequence/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.decision !== undefined){
let data5 = data.decision;
const _errs12 = errors;
if(typeof data5 !== "string"){
validate53.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data5 === "approve") || (data5 === "block"))){
validate53.errors = [{instancePath:instancePath+"/decision",schemaPath:"#/properties/decision/enum",keyword:"enum",params:{allowedValues: schema20.properties.decision.enum}}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
const _errs14 = errors;
if(typeof data.reason !== "string"){
validate53.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.async !== undefined){
const _errs16 = errors;
if(typeof data.async !== "boolean"){
validate53.errors = [{instancePath:instancePath+"/async",schemaPath:"#/properties/async/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
else {
validate53.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate53.errors = vErrors;
return errors === 0;
}
validate53.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate52.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "SessionStart")){
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema19.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs8 = errors;
if(typeof data0.additionalContext !== "string"){
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.initialUserMessage !== undefined){
const _errs10 = errors;
if(typeof data0.initialUserMessage !== "string"){
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput/initialUserMessage",schemaPath:"#/properties/hookSpecificOutput/properties/initialUserMessage/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.sessionTitle !== undefined){
const _errs12 = errors;
if(typeof data0.sessionTitle !== "string"){
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput/sessionTitle",schemaPath:"#/properties/hookSpecificOutput/properties/sessionTitle/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs12 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.watchPaths !== undefined){
let data5 = data0.watchPaths;
const _errs14 = errors;
if(errors === _errs14){
if(Array.isArray(data5)){
var valid3 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
const _errs16 = errors;
if(typeof data5[i0] !== "string"){
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths/" + i0,schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs16 === errors;
if(!valid3){
break;
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths",schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid2 = _errs14 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.reloadSkills !== undefined){
const _errs18 = errors;
if(typeof data0.reloadSkills !== "boolean"){
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput/reloadSkills",schemaPath:"#/properties/hookSpecificOutput/properties/reloadSkills/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid2 = _errs18 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate52.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate52.errors = vErrors;
return errors === 0;
}
validate52.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema21 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["Setup"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate55(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate55.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate55.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate55.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "Setup")){
validate55.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema21.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs8 = errors;
if(typeof data0.additionalContext !== "string"){
validate55.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate55.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate55.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate55.errors = vErrors;
return errors === 0;
}
validate55.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema22 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["UserPromptSubmit"]},"additionalContext":{"type":"string"},"sessionTitle":{"type":"string"},"suppressOriginalPrompt":{"type":"boolean"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate57(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate57.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate57.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate57.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "UserPromptSubmit")){
validate57.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema22.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs8 = errors;
if(typeof data0.additionalContext !== "string"){
validate57.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.sessionTitle !== undefined){
const _errs10 = errors;
if(typeof data0.sessionTitle !== "string"){
validate57.errors = [{instancePath:instancePath+"/hookSpecificOutput/sessionTitle",schemaPath:"#/properties/hookSpecificOutput/properties/sessionTitle/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.suppressOriginalPrompt !== undefined){
const _errs12 = errors;
if(typeof data0.suppressOriginalPrompt !== "boolean"){
validate57.errors = [{instancePath:instancePath+"/hookSpecificOutput/suppressOriginalPrompt",schemaPath:"#/properties/hookSpecificOutput/properties/suppressOriginalPrompt/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid2 = _errs12 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
else {
validate57.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate57.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate57.errors = vErrors;
return errors === 0;
}
validate57.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema23 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["UserPromptExpansion"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate59(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate59.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate59.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate59.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "UserPromptExpansion")){
validate59.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema23.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs8 = errors;
if(typeof data0.additionalContext !== "string"){
validate59.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate59.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate59.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate59.errors = vErrors;
return errors === 0;
}
validate59.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema24 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PreToolUse"]},"permissionDecision":{"type":"string","enum":["allow","deny","ask","defer"]},"permissionDecisionReason":{"type":"string"},"updatedInput":{},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate61(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate61.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate61.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate61.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "PreToolUse")){
validate61.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema24.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.permissionDecision !== undefined){
let data2 = data0.permissionDecision;
const _errs8 = errors;
if(typeof data2 !== "string"){
validate61.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecision",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data2 === "allow") || (data2 === "deny")) || (data2 === "ask")) || (data2 === "defer"))){
validate61.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecision",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecision/enum",keyword:"enum",params:{allowedValues: schema24.properties.hookSpecificOutput.properties.permissionDecision.enum}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.permissionDecisionReason !== undefined){
const _errs10 = errors;
if(typeof data0.permissionDecisionReason !== "string"){
validate61.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecisionReason",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecisionReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs12 = errors;
if(typeof data0.additionalContext !== "string"){
validate61.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs12 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
else {
validate61.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate61.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate61.errors = vErrors;
return errors === 0;
}
validate61.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema25 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PermissionRequest"]},"decision":{"type":"object","properties":{"behavior":{"type":"string","enum":["allow","deny"]},"updatedInput":{"type":"object","additionalProperties":true},"updatedPermissions":{"type":"array","items":{"type":"object","properties":{"type":{"type":"string","enum":["addRules","replaceRules","removeRules","setMode","addDirectories","removeDirectories"]},"destination":{"type":"string"},"rules":{"type":"array","items":{"type":"object","properties":{"toolName":{"type":"string"},"ruleContent":{"type":"string"}},"required":["toolName"],"additionalProperties":true}},"behavior":{"type":"string","enum":["allow","deny","ask"]},"mode":{"type":"string"},"directories":{"type":"array","items":{"type":"string"}}},"required":["type"],"additionalProperties":true}},"message":{"type":"string"},"interrupt":{"type":"boolean"}},"required":["behavior"],"additionalProperties":true}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate63(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate63.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "PermissionRequest")){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema25.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.decision !== undefined){
let data2 = data0.decision;
const _errs8 = errors;
if(errors === _errs8){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if((data2.behavior === undefined) && (missing1 = "behavior")){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision",schemaPath:"#/properties/hookSpecificOutput/properties/decision/required",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
if(data2.behavior !== undefined){
let data3 = data2.behavior;
const _errs11 = errors;
if(typeof data3 !== "string"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/behavior",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/behavior/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data3 === "allow") || (data3 === "deny"))){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/behavior",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/behavior/enum",keyword:"enum",params:{allowedValues: schema25.properties.hookSpecificOutput.properties.decision.properties.behavior.enum}}];
return false;
}
var valid3 = _errs11 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data2.updatedInput !== undefined){
let data4 = data2.updatedInput;
const _errs13 = errors;
if(errors === _errs13){
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
}
else {
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedInput",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedInput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid3 = _errs13 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data2.updatedPermissions !== undefined){
let data5 = data2.updatedPermissions;
const _errs16 = errors;
if(errors === _errs16){
if(Array.isArray(data5)){
var valid4 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
const _errs18 = errors;
if(errors === _errs18){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing2;
if((data6.type === undefined) && (missing2 = "type")){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0,schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/required",keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
if(data6.type !== undefined){
let data7 = data6.type;
const _errs21 = errors;
if(typeof data7 !== "string"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/type",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/type/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((((data7 === "addRules") || (data7 === "replaceRules")) || (data7 === "removeRules")) || (data7 === "setMode")) || (data7 === "addDirectories")) || (data7 === "removeDirectories"))){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/type",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/type/enum",keyword:"enum",params:{allowedValues: schema25.properties.hookSpecificOutput.properties.decision.properties.updatedPermissions.items.properties.type.enum}}];
return false;
}
var valid5 = _errs21 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data6.destination !== undefined){
const _errs23 = errors;
if(typeof data6.destination !== "string"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/destination",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/destination/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid5 = _errs23 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data6.rules !== undefined){
let data9 = data6.rules;
const _errs25 = errors;
if(errors === _errs25){
if(Array.isArray(data9)){
var valid6 = true;
const len1 = data9.length;
for(let i1=0; i1<len1; i1++){
let data10 = data9[i1];
const _errs27 = errors;
if(errors === _errs27){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing3;
if((data10.toolName === undefined) && (missing3 = "toolName")){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/rules/" + i1,schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/rules/items/required",keyword:"required",params:{missingProperty: missing3}}];
return false;
}
else {
if(data10.toolName !== undefined){
const _errs30 = errors;
if(typeof data10.toolName !== "string"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/rules/" + i1+"/toolName",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/rules/items/properties/toolName/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid7 = _errs30 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data10.ruleContent !== undefined){
const _errs32 = errors;
if(typeof data10.ruleContent !== "string"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/rules/" + i1+"/ruleContent",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/rules/items/properties/ruleContent/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid7 = _errs32 === errors;
}
else {
var valid7 = true;
}
}
}
}
else {
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/rules/" + i1,schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/rules/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid6 = _errs27 === errors;
if(!valid6){
break;
}
}
}
else {
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/rules",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/rules/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid5 = _errs25 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data6.behavior !== undefined){
let data13 = data6.behavior;
const _errs34 = errors;
if(typeof data13 !== "string"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/behavior",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/behavior/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data13 === "allow") || (data13 === "deny")) || (data13 === "ask"))){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/behavior",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/behavior/enum",keyword:"enum",params:{allowedValues: schema25.properties.hookSpecificOutput.properties.decision.properties.updatedPermissions.items.properties.behavior.enum}}];
return false;
}
var valid5 = _errs34 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data6.mode !== undefined){
const _errs36 = errors;
if(typeof data6.mode !== "string"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/mode",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/mode/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid5 = _errs36 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data6.directories !== undefined){
let data15 = data6.directories;
const _errs38 = errors;
if(errors === _errs38){
if(Array.isArray(data15)){
var valid8 = true;
const len2 = data15.length;
for(let i2=0; i2<len2; i2++){
const _errs40 = errors;
if(typeof data15[i2] !== "string"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/directories/" + i2,schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/directories/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid8 = _errs40 === errors;
if(!valid8){
break;
}
}
}
else {
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0+"/directories",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/properties/directories/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid5 = _errs38 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
}
}
}
else {
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions/" + i0,schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/items/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid4 = _errs18 === errors;
if(!valid4){
break;
}
}
}
else {
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/updatedPermissions",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/updatedPermissions/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid3 = _errs16 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data2.message !== undefined){
const _errs42 = errors;
if(typeof data2.message !== "string"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/message",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/message/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs42 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data2.interrupt !== undefined){
const _errs44 = errors;
if(typeof data2.interrupt !== "boolean"){
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision/interrupt",schemaPath:"#/properties/hookSpecificOutput/properties/decision/properties/interrupt/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid3 = _errs44 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
}
}
else {
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput/decision",schemaPath:"#/properties/hookSpecificOutput/properties/decision/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate63.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate63.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate63.errors = vErrors;
return errors === 0;
}
validate63.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema26 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PermissionDenied"]},"retry":{"type":"boolean"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate65(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate65.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate65.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate65.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "PermissionDenied")){
validate65.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema26.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.retry !== undefined){
const _errs8 = errors;
if(typeof data0.retry !== "boolean"){
validate65.errors = [{instancePath:instancePath+"/hookSpecificOutput/retry",schemaPath:"#/properties/hookSpecificOutput/properties/retry/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate65.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate65.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate65.errors = vErrors;
return errors === 0;
}
validate65.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema27 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PostToolUse"]},"additionalContext":{"type":"string"},"updatedToolOutput":{},"updatedMCPToolOutput":{}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate67(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate67.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate67.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate67.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "PostToolUse")){
validate67.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema27.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs8 = errors;
if(typeof data0.additionalContext !== "string"){
validate67.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate67.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate67.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate67.errors = vErrors;
return errors === 0;
}
validate67.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema28 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PostToolUseFailure"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate69(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate69.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate69.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate69.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "PostToolUseFailure")){
validate69.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema28.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs8 = errors;
if(typeof data0.additionalContext !== "string"){
validate69.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate69.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate69.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate69.errors = vErrors;
return errors === 0;
}
validate69.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema29 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PostToolBatch"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate71(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate71.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate71.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate71.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "PostToolBatch")){
validate71.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema29.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs8 = errors;
if(typeof data0.additionalContext !== "string"){
validate71.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate71.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate71.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate71.errors = vErrors;
return errors === 0;
}
validate71.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema30 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["MessageDisplay"]},"displayContent":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate73(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate73.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate73.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate73.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "MessageDisplay")){
validate73.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema30.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.displayContent !== undefined){
const _errs8 = errors;
if(typeof data0.displayContent !== "string"){
validate73.errors = [{instancePath:instancePath+"/hookSpecificOutput/displayContent",schemaPath:"#/properties/hookSpecificOutput/properties/displayContent/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate73.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate73.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate73.errors = vErrors;
return errors === 0;
}
validate73.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema31 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate75(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate75.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate75.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate75.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate75.errors = vErrors;
return errors === 0;
}
validate75.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema32 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["SubagentStart"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate77(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate77.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate77.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate77.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "SubagentStart")){
validate77.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema32.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs8 = errors;
if(typeof data0.additionalContext !== "string"){
validate77.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate77.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate77.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate77.errors = vErrors;
return errors === 0;
}
validate77.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema33 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["SubagentStop"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate79(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate79.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate79.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate79.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "SubagentStop")){
validate79.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema33.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs8 = errors;
if(typeof data0.additionalContext !== "string"){
validate79.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate79.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate79.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate79.errors = vErrors;
return errors === 0;
}
validate79.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema34 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate81(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate81.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate81.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate81.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate81.errors = vErrors;
return errors === 0;
}
validate81.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema35 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate83(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate83.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate83.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate83.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate83.errors = vErrors;
return errors === 0;
}
validate83.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema36 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate85(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate85.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate85.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate85.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate85.errors = vErrors;
return errors === 0;
}
validate85.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema37 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["Stop"]},"additionalContext":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate87(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate87.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate87.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate87.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "Stop")){
validate87.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema37.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.additionalContext !== undefined){
const _errs8 = errors;
if(typeof data0.additionalContext !== "string"){
validate87.errors = [{instancePath:instancePath+"/hookSpecificOutput/additionalContext",schemaPath:"#/properties/hookSpecificOutput/properties/additionalContext/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate87.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate87.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate87.errors = vErrors;
return errors === 0;
}
validate87.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema38 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate89(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate89.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate89.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate89.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate89.errors = vErrors;
return errors === 0;
}
validate89.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema39 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate91(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate91.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate91.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate91.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate91.errors = vErrors;
return errors === 0;
}
validate91.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema40 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate93(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate93.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate93.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate93.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate93.errors = vErrors;
return errors === 0;
}
validate93.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema41 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["CwdChanged"]},"watchPaths":{"type":"array","items":{"type":"string"}}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate95(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate95.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate95.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate95.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "CwdChanged")){
validate95.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema41.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.watchPaths !== undefined){
let data2 = data0.watchPaths;
const _errs8 = errors;
if(errors === _errs8){
if(Array.isArray(data2)){
var valid3 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
const _errs10 = errors;
if(typeof data2[i0] !== "string"){
validate95.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths/" + i0,schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs10 === errors;
if(!valid3){
break;
}
}
}
else {
validate95.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths",schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate95.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate95.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate95.errors = vErrors;
return errors === 0;
}
validate95.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema42 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate97(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate97.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate97.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate97.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate97.errors = vErrors;
return errors === 0;
}
validate97.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema43 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["FileChanged"]},"watchPaths":{"type":"array","items":{"type":"string"}}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate99(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate99.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate99.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate99.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "FileChanged")){
validate99.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema43.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.watchPaths !== undefined){
let data2 = data0.watchPaths;
const _errs8 = errors;
if(errors === _errs8){
if(Array.isArray(data2)){
var valid3 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
const _errs10 = errors;
if(typeof data2[i0] !== "string"){
validate99.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths/" + i0,schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid3 = _errs10 === errors;
if(!valid3){
break;
}
}
}
else {
validate99.errors = [{instancePath:instancePath+"/hookSpecificOutput/watchPaths",schemaPath:"#/properties/hookSpecificOutput/properties/watchPaths/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate99.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate99.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate99.errors = vErrors;
return errors === 0;
}
validate99.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema44 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["WorktreeCreate"]},"worktreePath":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate101(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate101.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate101.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate101.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "WorktreeCreate")){
validate101.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema44.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.worktreePath !== undefined){
const _errs8 = errors;
if(typeof data0.worktreePath !== "string"){
validate101.errors = [{instancePath:instancePath+"/hookSpecificOutput/worktreePath",schemaPath:"#/properties/hookSpecificOutput/properties/worktreePath/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate101.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate101.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate101.errors = vErrors;
return errors === 0;
}
validate101.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema45 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate103(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate103.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate103.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate103.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate103.errors = vErrors;
return errors === 0;
}
validate103.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema46 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate105(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate105.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate105.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate105.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate105.errors = vErrors;
return errors === 0;
}
validate105.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema47 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate107(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate107.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate107.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate107.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate107.errors = vErrors;
return errors === 0;
}
validate107.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema48 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["Elicitation"]},"action":{"type":"string","enum":["accept","decline","cancel"]},"content":{"type":"object","additionalProperties":true}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate109(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate109.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate109.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate109.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "Elicitation")){
validate109.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema48.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.action !== undefined){
let data2 = data0.action;
const _errs8 = errors;
if(typeof data2 !== "string"){
validate109.errors = [{instancePath:instancePath+"/hookSpecificOutput/action",schemaPath:"#/properties/hookSpecificOutput/properties/action/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data2 === "accept") || (data2 === "decline")) || (data2 === "cancel"))){
validate109.errors = [{instancePath:instancePath+"/hookSpecificOutput/action",schemaPath:"#/properties/hookSpecificOutput/properties/action/enum",keyword:"enum",params:{allowedValues: schema48.properties.hookSpecificOutput.properties.action.enum}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.content !== undefined){
let data3 = data0.content;
const _errs10 = errors;
if(errors === _errs10){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
}
else {
validate109.errors = [{instancePath:instancePath+"/hookSpecificOutput/content",schemaPath:"#/properties/hookSpecificOutput/properties/content/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate109.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate109.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate109.errors = vErrors;
return errors === 0;
}
validate109.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema49 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["ElicitationResult"]},"action":{"type":"string","enum":["accept","decline","cancel"]},"content":{"type":"object","additionalProperties":true}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate111(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate111.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate111.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate111.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "ElicitationResult")){
validate111.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema49.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.action !== undefined){
let data2 = data0.action;
const _errs8 = errors;
if(typeof data2 !== "string"){
validate111.errors = [{instancePath:instancePath+"/hookSpecificOutput/action",schemaPath:"#/properties/hookSpecificOutput/properties/action/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data2 === "accept") || (data2 === "decline")) || (data2 === "cancel"))){
validate111.errors = [{instancePath:instancePath+"/hookSpecificOutput/action",schemaPath:"#/properties/hookSpecificOutput/properties/action/enum",keyword:"enum",params:{allowedValues: schema49.properties.hookSpecificOutput.properties.action.enum}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.content !== undefined){
let data3 = data0.content;
const _errs10 = errors;
if(errors === _errs10){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
}
else {
validate111.errors = [{instancePath:instancePath+"/hookSpecificOutput/content",schemaPath:"#/properties/hookSpecificOutput/properties/content/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate111.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate111.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate111.errors = vErrors;
return errors === 0;
}
validate111.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema50 = {"type":"object","properties":{"hookSpecificOutput":{"type":"object","properties":{"hookEventName":{"type":"string","enum":["PreModelSwitch"]},"permissionDecision":{"type":"string","enum":["allow","deny","ask"]},"permissionDecisionReason":{"type":"string"}},"required":["hookEventName"],"additionalProperties":true}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate113(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate113.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
let data0 = data.hookSpecificOutput;
const _errs3 = errors;
if(errors === _errs3){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.hookEventName === undefined) && (missing0 = "hookEventName")){
validate113.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data0.hookEventName !== undefined){
let data1 = data0.hookEventName;
const _errs6 = errors;
if(typeof data1 !== "string"){
validate113.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(data1 === "PreModelSwitch")){
validate113.errors = [{instancePath:instancePath+"/hookSpecificOutput/hookEventName",schemaPath:"#/properties/hookSpecificOutput/properties/hookEventName/enum",keyword:"enum",params:{allowedValues: schema50.properties.hookSpecificOutput.properties.hookEventName.enum}}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.permissionDecision !== undefined){
let data2 = data0.permissionDecision;
const _errs8 = errors;
if(typeof data2 !== "string"){
validate113.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecision",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecision/type",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data2 === "allow") || (data2 === "deny")) || (data2 === "ask"))){
validate113.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecision",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecision/enum",keyword:"enum",params:{allowedValues: schema50.properties.hookSpecificOutput.properties.permissionDecision.enum}}];
return false;
}
var valid2 = _errs8 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data0.permissionDecisionReason !== undefined){
const _errs10 = errors;
if(typeof data0.permissionDecisionReason !== "string"){
validate113.errors = [{instancePath:instancePath+"/hookSpecificOutput/permissionDecisionReason",schemaPath:"#/properties/hookSpecificOutput/properties/permissionDecisionReason/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate113.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
}
else {
validate113.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate113.errors = vErrors;
return errors === 0;
}
validate113.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema51 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate115(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate115.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate115.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate115.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate115.errors = vErrors;
return errors === 0;
}
validate115.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema52 = {"type":"object","properties":{"hookSpecificOutput":{"not":{}}},"required":[],"additionalProperties":true,"allOf":[{"$ref":"common"}]};

function validate117(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate117.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate53(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hookSpecificOutput !== undefined){
validate117.errors = [{instancePath:instancePath+"/hookSpecificOutput",schemaPath:"#/properties/hookSpecificOutput/not",keyword:"not",params:{}}];
return false;
}
}
else {
validate117.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate117.errors = vErrors;
return errors === 0;
}
validate117.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const validators = { SessionStart: validate52, Setup: validate55, UserPromptSubmit: validate57, UserPromptExpansion: validate59, PreToolUse: validate61, PermissionRequest: validate63, PermissionDenied: validate65, PostToolUse: validate67, PostToolUseFailure: validate69, PostToolBatch: validate71, MessageDisplay: validate73, Notification: validate75, SubagentStart: validate77, SubagentStop: validate79, TaskCreated: validate81, TaskCompleted: validate83, TeammateIdle: validate85, Stop: validate87, StopFailure: validate89, InstructionsLoaded: validate91, ConfigChange: validate93, CwdChanged: validate95, DirectoryAdded: validate97, FileChanged: validate99, WorktreeCreate: validate101, WorktreeRemove: validate103, PreCompact: validate105, PostCompact: validate107, Elicitation: validate109, ElicitationResult: validate111, PreModelSwitch: validate113, PostModelSwitch: validate115, SessionEnd: validate117 };
